import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Coding = 'br' | 'gzip' | 'identity';

/** A file of the reading page, as it was when the service started. */
export interface PageFile {
  readonly contentType: string;
  /** Its name changes whenever its bytes do: it may be kept for ever. */
  readonly immutable: boolean;
  /** Those that make it shorter, and `identity`. */
  readonly codings: readonly Coding[];
  /** Coded once, when it is first asked for. */
  bytes(coding: Coding): Promise<Buffer>;
  /** Without quotation marks. */
  readonly etag: string;
}

/** By their paths below the folder, with slashes: `index.html`, `assets/...` */
export type Page = ReadonlyMap<string, PageFile>;

const text = '; charset=utf-8';
const contentTypes: Readonly<Record<string, string>> = {
  '.css': `text/css${text}`,
  '.gif': 'image/gif',
  '.html': `text/html${text}`,
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': `text/javascript${text}`,
  '.json': 'application/json',
  '.mjs': `text/javascript${text}`,
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': `text/plain${text}`,
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
/** Already as short as they get. */
const compressed = new Set(['.gif', '.jpg', '.png', '.webp', '.woff2']);
/** Below that a header of the answer costs more than is won. */
const worthwhileBytes = 1024;

/**
 * The files of the page that was built into this folder.
 *
 * @returns undefined where none was: there is no index.html
 * @throws what reading them fails with
 */
export async function readPage(folder: string): Promise<Page | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(orNone);
  const page = new Map<string, PageFile>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    page.set(relative(folder, path).split(sep).join('/'), pageFile(entry.name, await readFile(path)));
  }
  return page.has('index.html') ? page : undefined;
}

function orNone(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}

const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };
const coders = {
  br: (bytes: Buffer) => promisify(brotliCompress)(bytes, quality),
  gzip: promisify(gzip),
  identity: async (bytes: Buffer) => bytes,
} satisfies Record<Coding, (bytes: Buffer) => Promise<Buffer>>;

function pageFile(name: string, bytes: Buffer): PageFile {
  const extension = extname(name).toLowerCase();
  const isCoded = !compressed.has(extension) && bytes.length > worthwhileBytes;
  const coded = new Map<Coding, Promise<Buffer>>();
  return {
    contentType: contentTypes[extension] ?? 'application/octet-stream',
    // As Vite names them: the hash before the extension.
    immutable: /-[\w-]{8}\.\w+$/.test(name),
    codings: isCoded ? ['br', 'gzip', 'identity'] : ['identity'],
    async bytes(coding) {
      const made = coded.get(coding) ?? coders[coding](bytes);
      coded.set(coding, made);
      return await made;
    },
    etag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
  };
}
