/** The files that the configuration of an endpoint names: a credential, and whom to trust. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { LobarError } from './errors.ts';

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
  if (!/^[\w.~+/-]+=*$/.test(token)) {
    throw mistake(`${setting}: holds no bearer token (RFC 6750 2.1: one line of letters, digits and -._~+/)`);
  }
  return token;
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
  const certificates = content.match(/-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----[\s\S]*?-----END \1-----/g);
  if (certificates === null) {
    throw mistake(`${setting}: holds no certificate in PEM form`);
  }
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw mistake(`${setting}: its certificate ${index + 1} cannot be read`, cause);
    }
  }
  return content;
}

function contentOf(setting: string, file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (cause) {
    throw unreadable(setting, cause);
  }
}

function unreadable(setting: string, cause: unknown): LobarError {
  const { code } = cause as NodeJS.ErrnoException;
  return mistake(`${setting}: cannot be read (${code})`, cause);
}

function mistake(text: string, cause?: unknown): LobarError {
  return new LobarError('config-invalid', { mistakes: [text] }, cause === undefined ? {} : { cause });
}
