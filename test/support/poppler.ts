import { execFileSync, spawnSync } from 'node:child_process';
import { skipOrFail } from './skip-or-fail.ts';

/** Why tests that read PDF are skipped; false where poppler is there. */
export const withoutPoppler = skipOrFail(
  spawnSync('pdftotext', ['-v']).error === undefined
    ? false
    : 'pdftotext is not installed: test/system/install-peers.sh installs it (poppler-utils)',
);

/** What one of poppler's programs says of a PDF: pdftotext, pdfinfo, pdffonts. */
export function readPdf(pdf: Uint8Array, program: string, ...options: readonly string[]): string {
  const output = program === 'pdftotext' ? ['-'] : [];
  return execFileSync(program, [...options, '-', ...output], { input: pdf, encoding: 'utf8' });
}
