import type { TlsConfig } from '../config-schema.ts';
import { readAuthorities, readClientCertificate } from './endpoint-files.ts';
import { type WatchedFiles, watchedFiles } from './watched-files.ts';

export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
}

/** The TLS files of one endpoint. */
export type TlsFiles = WatchedFiles<TlsOptions>;

/**
 * @param setting - `pacs.main.tls`
 * @param now - milliseconds that only go up
 */
export function tlsFiles(
  setting: string,
  { caFile, certFile, keyFile, insecure }: TlsConfig,
  now?: () => number,
): TlsFiles {
  const files = [caFile, certFile, keyFile].filter((file) => file !== undefined);
  const contents = (): TlsOptions => ({
    ...(caFile === undefined ? {} : { ca: readAuthorities(`${setting}.caFile`, caFile) }),
    ...(certFile === undefined || keyFile === undefined
      ? {}
      : readClientCertificate(setting, certFile, keyFile)),
    rejectUnauthorized: !insecure,
  });
  return watchedFiles(files, contents, now);
}
