import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { checkConfig } from '../../../src/config.ts';
import type { PacsConfig } from '../../../src/config-schema.ts';
import { openTransport, type Transport } from '../../../src/dicomweb/transport.ts';

/** The transport of a PACS named 'a', with the configuration's own defaults; closed after the test. */
export function transportAt(
  t: TestContext,
  url: string,
  pacs: object = {},
  outbound: { egress?: object; proxy?: object } = {},
): Transport {
  const config = checkConfig({ pacs: { a: { url, ...pacs } }, ...outbound });
  const transport = openTransport('a', config.pacs['a'] as PacsConfig, config);
  t.after(() => transport.close());
  return transport;
}

/** Sends one GET and reads its answer to the end. */
export async function get(
  transport: Transport,
  signal = new AbortController().signal,
): Promise<{ status: number; text: string }> {
  const url = `${transport.root}/studies`;
  const response = await transport.send({
    operation: 'QIDO-RS search for studies',
    method: 'GET',
    url,
    headers: {},
    signal,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.chunks) chunks.push(chunk);
  return { status: response.status, text: Buffer.concat(chunks).toString() };
}

/** A folder that is gone after the test, and a way to write files into it. */
export async function scratch(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-outbound-'));
  t.after(() => rm(folder, { recursive: true }));
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  return { folder, write };
}
