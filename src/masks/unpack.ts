import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { maskInvalid } from './mask-invalid.ts';

const inflate = promisify(gunzip);

/**
 * Unpacks gzip (RFC 1952) of which at most `maxBytes` are wanted: what it holds beyond is not unpacked.
 *
 * @throws LobarError `mask-invalid`
 */
export async function unpack(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    return await inflate(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    const isLonger = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const problem = isLonger
      ? `its gzip data holds more than the ${maxBytes} bytes that it should`
      : 'its gzip data is broken';
    throw maskInvalid(problem, cause);
  }
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
