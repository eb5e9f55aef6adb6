import { deflateRawSync } from 'node:zlib';
import { parseInstance } from '../../../src/dicom/parse-instance.ts';
import { limits } from './ct-file.ts';

const deflatedUid = '1.2.840.10008.1.2.1.99';

/**
 * A file of explicit little endian with its data set deflated (PS3.5 A.5). The longer UID makes the file meta
 * information longer, so its group length (PS3.10 7.1) is corrected too.
 */
export function deflated(
  file: Uint8Array,
  deflate: (bytes: Uint8Array) => Uint8Array = deflateRawSync,
): Buffer {
  const { header } = parseInstance(file, limits);
  const bytes = Buffer.from(file);
  const uidAt = bytes.indexOf(Buffer.from([0x02, 0x00, 0x10, 0x00]));
  const oldLength = bytes.readUInt16LE(uidAt + 6);
  const uid = Buffer.from(`${deflatedUid}\0`.slice(0, deflatedUid.length + (deflatedUid.length % 2)));
  const groupLength = bytes.readUInt32LE(140);
  const dataSetAt = 144 + groupLength;
  const head = Buffer.concat([
    bytes.subarray(0, uidAt + 8),
    uid,
    bytes.subarray(uidAt + 8 + oldLength, dataSetAt),
  ]);
  head.writeUInt16LE(uid.length, uidAt + 6);
  head.writeUInt32LE(groupLength + uid.length - oldLength, 140);
  if (header.transferSyntaxUid !== '1.2.840.10008.1.2.1') throw new RangeError('not explicit little endian');
  return Buffer.concat([head, deflate(bytes.subarray(dataSetAt))]);
}
