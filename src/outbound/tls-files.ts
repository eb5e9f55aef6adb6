import { statSync } from 'node:fs';
import type { TlsConfig } from '../config-schema.ts';
import { readAuthorities, readClientCertificate } from './endpoint-files.ts';

export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
}

/** The TLS files of one endpoint, and whether they are still the ones that were read. */
export interface TlsFiles {
  /** A look at the dates of the files: cheap enough for every request. */
  changed(): boolean;
  /** @throws LobarError `config-invalid`; `changed` stays true until the files can be read. */
  read(): TlsOptions;
}

/** @param setting - `pacs.main.tls` */
export function tlsFiles(setting: string, { caFile, certFile, keyFile, insecure }: TlsConfig): TlsFiles {
  const files = [caFile, certFile, keyFile].filter((file) => file !== undefined);
  let known: string | undefined;
  return {
    changed: () => known !== identity(files),
    read() {
      // Before the content: what is written in between is seen as a change the next time.
      const seen = identity(files);
      const options = {
        ...(caFile === undefined ? {} : { ca: readAuthorities(`${setting}.caFile`, caFile) }),
        ...(certFile === undefined || keyFile === undefined
          ? {}
          : readClientCertificate(setting, certFile, keyFile)),
        rejectUnauthorized: !insecure,
      };
      known = seen;
      return options;
    },
  };
}

/** Behind a symlink that was swapped lies another inode; a file written over has another date. */
function identity(files: readonly string[]): string {
  const stats = files.map((file) => statSync(file, { throwIfNoEntry: false, bigint: true }));
  return stats.map((one) => `${one?.dev}:${one?.ino}:${one?.size}:${one?.mtimeNs}:${one?.ctimeNs}`).join();
}
