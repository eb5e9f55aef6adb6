import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

export interface ModelFileFacts {
  /** SHA-256 (FIPS 180-4), lower case hex. */
  readonly sha256: string;
  /** Whether the graph refers to weights in other files, which its own checksum does not cover. */
  readonly weightsOutside: boolean;
}

/**
 * A tensor that is stored elsewhere says where under the key `location` (onnx.proto: TensorProto.external_data,
 * StringStringEntryProto.key = 1), as a length-delimited protobuf field of eight bytes.
 */
const externalLocation = Buffer.from('\x0a\x08location', 'latin1');

/** Reads a model file once, as a stream: it may be larger than memory allows. */
export async function inspectModelFile(path: string): Promise<ModelFileFacts> {
  const hash = createHash('sha256');
  let weightsOutside = false;
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    const joined = Buffer.concat([tail, chunk]);
    weightsOutside ||= joined.includes(externalLocation);
    tail = joined.subarray(1 - externalLocation.length);
  }
  return { sha256: hash.digest('hex'), weightsOutside };
}
