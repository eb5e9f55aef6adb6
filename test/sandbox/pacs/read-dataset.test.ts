import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { DicomJson } from '../../../src/dicomweb/dicom-json.ts';
import { openSandboxPacs } from '../../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { tinyCt } from '../../support/dicom-writer.ts';

const kib = 1024;
const longText = '0040A160';

/** A file of so many bytes in all, of which the header's text takes some. */
function ctOf(number: number, textBytes: number, fileBytes: number): Uint8Array {
  const made = (pixels: number) =>
    tinyCt({
      studyUid: '1.1',
      seriesUid: '1.1.1',
      sopInstanceUid: `1.1.1.${number}`,
      instanceNumber: number,
      elements: [
        [longText, 'UT', 'x'.repeat(textBytes)],
        ['7FE00010', 'OW', new Uint8Array(pixels).fill(number)],
      ],
    });
  return made(fileBytes - made(0).length);
}

it('headers of any length are read, and files of any length sent, as they are', async (test) => {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-test-'));
  test.after(() => rm(folder, { recursive: true }));
  const texts = [10, 7 * kib, 9 * kib, 60 * kib, 70 * kib, 300 * kib, 10, 10, 1200 * kib];
  const sizes = [1, 20, 100, 100, 100, 400, 1024, 1025, 2500].map((size) => size * kib);
  const files = texts.map((text, at) => ctOf(at + 1, text, sizes[at] as number));
  for (const [at, bytes] of files.entries()) await writeFile(join(folder, `${at}.dcm`), bytes);
  const pacs = await openSandboxPacs({ folder });
  test.after(() => pacs.close());

  const series = `${pacs.url}/studies/1.1/series/1.1.1`;
  const metadata = (await (await fetch(`${series}/metadata`)).json()) as DicomJson[];
  assert.deepEqual(
    metadata.map((one) => [one['00200013']?.Value?.[0], String(one[longText]?.Value?.[0]).length]),
    texts.map((text, at) => [at + 1, text]),
  );

  const body = Buffer.from(await (await fetch(series)).arrayBuffer());
  let from = 0;
  for (const bytes of files) {
    const at = body.indexOf(bytes, from);
    assert.ok(at > from, `a file of ${bytes.length} bytes is not there, or not in its turn`);
    assert.match(body.toString('latin1', from, at), new RegExp(`Content-Length: ${bytes.length}\r\n\r\n$`));
    from = at + bytes.length;
  }
  assert.match(body.toString('latin1', from), /^\r\n--[\w-]+--\r\n$/);
});
