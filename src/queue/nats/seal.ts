import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { CompactEncrypt, type CompactJWEHeaderParameters, compactDecrypt } from 'jose';
import type { QueueConfig } from '../../config-schema.ts';
import { LobarError, stackFrames } from '../../errors.ts';
import { contentOf, mistake } from '../../outbound/endpoint-files.ts';

/** Turns what is kept in NATS into bytes, and back. */
export interface Seal {
  close(content: unknown, place: Place): Promise<Uint8Array>;
  /** @throws LobarError `message-unreadable`, also for what was closed for another place */
  open<Content>(bytes: Uint8Array, place: Place): Promise<Content>;
}

/** Where something is kept: a message of a line stays one of that line among the dead letters. */
export interface Place {
  /** Stream, or bucket. */
  readonly within: string;
  readonly id: string;
}

/** Far more than an analysis with its Bundle, and little enough to be held. */
const longestBytes = 256 * 2 ** 20;

const compress = promisify(gzip);
const decompress = promisify<Uint8Array, object, Buffer>(gunzip);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * JSON, gzip (RFC 1952), and with keys a JWE in its compact form (RFC 7516), `dir` and `A256GCM`: the first key encrypts,
 * all decrypt. With keys what is not encrypted is not read: else anybody who reaches NATS could ask for an analysis. The
 * protected header `place` binds it to where it is kept: who cannot open it cannot give one job the result of another
 * either. An older state of the same job it can put there again.
 *
 * @throws LobarError `config-invalid` where a file holds no key
 */
export function openSeal(encryption: QueueConfig['encryption']): Seal {
  const keys = (encryption?.keyFiles ?? []).map(readKey);
  const [first] = keys;
  return {
    async close(content, place) {
      const packed = await compress(encoder.encode(JSON.stringify(content)));
      if (first === undefined) return packed;
      const header = { alg: 'dir', enc: 'A256GCM', kid: first.id, place: nameOf(place) };
      return encoder.encode(await new CompactEncrypt(packed).setProtectedHeader(header).encrypt(first.key));
    },
    async open<Content>(bytes: Uint8Array, place: Place) {
      try {
        const packed = first === undefined ? bytes : await decrypt(bytes, keys, nameOf(place));
        const text = await decompress(packed, { maxOutputLength: longestBytes });
        return JSON.parse(decoder.decode(text)) as Content;
      } catch (cause) {
        throw new LobarError('message-unreadable', {}, { cause: stackFrames(cause) });
      }
    },
  };
}

interface Key {
  /** Names it without telling anything of it. */
  readonly id: string;
  readonly key: Uint8Array;
}

function nameOf({ within, id }: Place): string {
  return `${within}/${id}`;
}

async function decrypt(bytes: Uint8Array, keys: readonly Key[], place: string): Promise<Uint8Array> {
  const allowed = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };
  const { plaintext, protectedHeader } = await compactDecrypt(
    bytes,
    ({ kid }: CompactJWEHeaderParameters) => {
      const found = keys.find(({ id }) => id === kid);
      if (found === undefined) throw new Error('encrypted with a key that is not configured');
      return found.key;
    },
    allowed,
  );
  if (protectedHeader['place'] !== place) throw new Error('it belongs to another place');
  return plaintext;
}

function readKey(file: string, index: number): Key {
  const setting = `queue.encryption.keyFiles/${index}`;
  const text = contentOf(setting, file).trim();
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32 || !/^[A-Za-z0-9+/]{43}=$/.test(text)) {
    throw mistake(`${setting}: holds no key: 32 random bytes in base64 (openssl rand -base64 32)`);
  }
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
}
