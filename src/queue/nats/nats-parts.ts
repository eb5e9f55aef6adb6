import { randomBytes } from 'node:crypto';
import type { KV } from '@nats-io/kv';

/** What is left of the longest message for its headers and for other things of the protocol. */
const headBytes = 4096;
const mark = 'parts:';

/**
 * A value that is longer than a message of this NATS may be (max_payload, 1 MB where nobody chose) is kept in parts, under
 * keys that follow its own; the value itself then only says where they are.
 *
 * @returns what is to be kept under the key itself
 */
export async function inParts(
  bucket: KV,
  key: string,
  value: Uint8Array,
  longestBytes: number,
): Promise<Uint8Array> {
  const partBytes = longestBytes - headBytes;
  if (value.length <= partBytes) return value;
  // Of its own: who reads the value that was there before must find the parts of that.
  const version = randomBytes(6).toString('hex');
  let parts = 0;
  for (let from = 0; from < value.length; from += partBytes) {
    await bucket.put(`${key}.${version}.${parts}`, value.subarray(from, from + partBytes));
    parts += 1;
  }
  return new TextEncoder().encode(`${mark}${version}:${parts}`);
}

/** The whole of a value; undefined where a part is not kept any more. */
export async function wholeOf(bucket: KV, key: string, value: Uint8Array): Promise<Uint8Array | undefined> {
  const named = partsOf(value);
  if (named === undefined) return value;
  const parts: Uint8Array[] = [];
  for (let part = 0; part < named.parts; part += 1) {
    const entry = await bucket.get(`${key}.${named.version}.${part}`);
    if (entry === null) return undefined;
    parts.push(entry.value);
  }
  return Buffer.concat(parts);
}

function partsOf(value: Uint8Array): { readonly version: string; readonly parts: number } | undefined {
  if (value.length > 64) return undefined;
  const [, version, parts] = /^parts:([0-9a-f]{12}):(\d{1,6})$/.exec(new TextDecoder().decode(value)) ?? [];
  return version === undefined ? undefined : { version, parts: Number(parts) };
}
