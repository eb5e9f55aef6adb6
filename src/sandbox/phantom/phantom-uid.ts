import { createHash } from 'node:crypto';

/**
 * A UID that belongs to a name: 2.25. and the number of a UUID (PS3.5 B.2) of version 8 (RFC 9562 5.8)
 * that is cut from the name's SHA-256.
 */
export function phantomUid(name: string): string {
  const bytes = createHash('sha256').update(`lobar phantom ${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`;
}
