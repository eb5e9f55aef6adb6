import { contentOf, mistake } from './endpoint-files.ts';
import { parseSigningKey, type SigningKey } from './parse-signing-key.ts';
import { watchedFiles } from './watched-files.ts';

/** The private keys by which we show a token endpoint who we are. */
export interface SigningKeys {
  /**
   * The one that signs.
   *
   * @throws LobarError `config-invalid` when its files could not be used for a minute
   */
  signing(): SigningKey;
  /** All of them, the one that signs first; while their files cannot be used, those that were read last. */
  all(): readonly SigningKey[];
}

/**
 * Reads private keys, JWK (RFC 7517) or PEM, each in a file of its own; again when one of the files changes.
 *
 * @param setting - where the files are listed, for errors: `ehr.main.smart.keyFiles`
 * @param now - milliseconds that only go up
 * @throws LobarError `config-invalid`
 */
export function openSigningKeys(setting: string, files: readonly string[], now?: () => number): SigningKeys {
  const watched = watchedFiles(files, () => readKeys(setting, files), now);
  let keys = watched.read();

  function renew() {
    keys = watched.renewed() ?? keys;
  }

  return {
    signing() {
      renew();
      return keys[0];
    },
    all() {
      try {
        renew();
      } catch {
        // Who signs is told. What is published here may still be needed.
      }
      return keys;
    },
  };
}

type Keys = readonly [SigningKey, ...SigningKey[]];

function readKeys(setting: string, files: readonly string[]): Keys {
  const [first, ...others] = files.map((file, index) => readKey(`${setting}[${index}]`, file));
  if (first === undefined) throw mistake(`${setting}: names no file`);
  for (const [index, one] of others.entries()) {
    const same = [first, ...others.slice(0, index)].find(({ kid }) => kid === one.kid);
    if (same !== undefined && same.thumbprint !== one.thumbprint) {
      throw mistake(`${setting}[${index + 1}]: is another key with the same kid; give each key its own`);
    }
  }
  return [first, ...others];
}

function readKey(setting: string, file: string): SigningKey {
  const key = parseSigningKey(contentOf(setting, file));
  if ('problem' in key) throw mistake(`${setting}: ${key.problem}`);
  return key;
}
