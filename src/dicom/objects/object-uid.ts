import { uuidV5 } from '../../uuid-v5.ts';

/**
 * A UID that follows from what it names, as 2.25 and the number of a UUID (PS3.5 B.2) of version 5 (RFC 9562 5.5): the
 * same object made again has the same one, so that storing it again adds nothing.
 */
export function objectUid(runKey: string, name: string): string {
  return `2.25.${BigInt(`0x${uuidV5(runKey, name).replaceAll('-', '')}`)}`;
}
