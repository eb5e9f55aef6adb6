/** The files that the configuration of an endpoint names: a credential, a key, and whom to trust. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { LobarError } from '../errors.ts';
import { isBearerToken } from './is-bearer-token.ts';

/**
 * The bearer token in a file, to be read for every request: a platform renews the file under a running
 * process. No error holds any of it.
 *
 * @param setting - where the file is named, for the error: `pacs.main.bearerTokenFile`
 * @throws LobarError `config-invalid` when the file cannot be read or holds no token (RFC 6750 section 2.1)
 */
export async function readBearerToken(setting: string, file: string): Promise<string> {
  const content = await readFile(file, 'latin1').catch((cause: unknown) => {
    throw unreadable(setting, cause);
  });
  const token = content.trim();
  if (!isBearerToken(token)) {
    throw mistake(`${setting}: holds no bearer token (RFC 6750 2.1: one line of letters, digits and -._~+/)`);
  }
  return token;
}

/**
 * The secret in a file: its text (UTF-8) without the line end that editors add. To be read for every use.
 *
 * @throws LobarError `config-invalid` when the file cannot be read or holds no single line of text
 */
export async function readSecret(setting: string, file: string): Promise<string> {
  const content = await readFile(file).catch((cause: unknown) => {
    throw unreadable(setting, cause);
  });
  const text = textOf(content)?.replace(/\r?\n$/, '');
  // RFC 7617 section 2: no control characters.
  if (text === undefined || text === '' || /\p{Cc}/u.test(text)) {
    throw mistake(`${setting}: holds no secret (one line of UTF-8 text)`);
  }
  return text;
}

/**
 * The certificate authorities in a PEM file. TLS itself skips what it cannot read and then trusts nobody, so
 * every certificate is looked at here.
 *
 * @param setting - where the file is named, for the error: `pacs.main.tls.caFile`
 * @throws LobarError `config-invalid` when the file cannot be read, or holds none or a broken certificate
 */
export function readAuthorities(setting: string, file: string): string {
  const content = contentOf(setting, file);
  certificatesIn(setting, content);
  return content;
}

/**
 * A client certificate (with the chain that follows it) and its key, both PEM.
 *
 * @param setting - where both are named: `pacs.main.tls`
 * @throws LobarError `config-invalid` when a file cannot be read, is broken, or the key is not the
 *   certificate's: a platform may have written one of them only
 */
export function readClientCertificate(
  setting: string,
  certFile: string,
  keyFile: string,
): { cert: string; key: string } {
  const cert = contentOf(`${setting}.certFile`, certFile);
  const [own] = certificatesIn(`${setting}.certFile`, cert);
  const key = contentOf(`${setting}.keyFile`, keyFile);
  if (own?.checkPrivateKey(privateKey(`${setting}.keyFile`, key)) !== true) {
    throw mistake(`${setting}.keyFile: is not the key of the certificate in certFile`);
  }
  return { cert, key };
}

function certificatesIn(setting: string, content: string): X509Certificate[] {
  const certificates = content.match(/-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----[\s\S]*?-----END \1-----/g);
  if (certificates === null) {
    throw mistake(`${setting}: holds no certificate in PEM form`);
  }
  return certificates.map((certificate, index) => {
    try {
      return new X509Certificate(certificate);
    } catch (cause) {
      throw mistake(`${setting}: its certificate ${index + 1} cannot be read`, cause);
    }
  });
}

function privateKey(setting: string, content: string): KeyObject {
  try {
    return createPrivateKey(content);
  } catch {
    throw mistake(`${setting}: holds no private key in PEM form that needs no passphrase`);
  }
}

function textOf(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** The text of a file (UTF-8). @throws LobarError `config-invalid` */
export function contentOf(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(setting, cause);
  }
}

function unreadable(setting: string, cause: unknown): LobarError {
  const { code } = cause as NodeJS.ErrnoException;
  return mistake(`${setting}: cannot be read (${code})`, cause);
}

/** A mistake in the configuration: `text` names the setting, and holds nothing of the file. */
export function mistake(text: string, cause?: unknown): LobarError {
  return new LobarError('config-invalid', { mistakes: [text] }, cause === undefined ? {} : { cause });
}
