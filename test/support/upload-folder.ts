import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';

const boundary = 'folder';

/** Has every DICOM file below a folder analysed, as the body of STOW-RS (PS3.18 10.5), and nothing published. */
export async function uploadFolder(
  url: string,
  folder: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.dcm'));
  const parts = await Promise.all(files.map((file) => readFile(join(folder, file))));
  const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
  const end = Buffer.from(`--${boundary}--\r\n`);
  const answer = await request(`${url}/v1/analyses?publish=false`, {
    method: 'POST',
    headers: { 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` },
    body: Buffer.concat([...parts.flatMap((part) => [head, part, Buffer.from('\r\n')]), end]),
    headersTimeout: 0,
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}
