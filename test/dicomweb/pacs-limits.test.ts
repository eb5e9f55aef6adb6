import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { PacsClient } from '../../src/dicomweb/open-pacs.ts';
import { collectSeries, listen, never, pacsAt } from './support/pacs-at.ts';

const uids = ['1.2.3', '1.2.3.4'] as const;
const multipart = 'multipart/related; type="application/dicom"; boundary=b1';
const json = 'application/dicom+json';
const head = '--b1\r\n\r\n';
const filler = 'x'.repeat(10_000);

const series = (pacs: PacsClient) => collectSeries(pacs.retrieveSeries(...uids, never()));
const instance = (pacs: PacsClient) =>
  collectSeries(
    pacs.retrieveInstances(...uids, ['1.2.3.4.5'], { ...never(), already: { instances: 0, bytes: 0 } }),
  );
const metadata = (pacs: PacsClient) => pacs.retrieveMetadata(...uids, never(), (dataset) => dataset);
const search = (pacs: PacsClient) => pacs.searchSeries(uids[0], never());

/** What never ends: the beginning, then the same again and again. */
const endless = [
  ['bytesPerInstance', 'a part', multipart, head, filler, series],
  ['bytesPerInstance', 'an instance', 'application/dicom', '', filler, instance],
  ['bytesPerInstance', 'the part of an instance', multipart, head, filler, instance],
  ['bytesPerSeries', 'parts', multipart, '', `${head}${filler}\r\n`, series],
  ['instances', 'small parts', multipart, '', `${head}x\r\n`, series],
  ['partHeaderBytes', 'a header line', multipart, '--b1\r\nA: ', filler, series],
  ['partHeaderBytes', 'header lines', multipart, '--b1\r\n', `A: b\r\n`, series],
  ['jsonBytes', 'a dataset', json, '[{"00080005":{"vr":"LT","Value":["', filler, metadata],
  ['jsonBytes', 'datasets', json, '[{}', `,{}`, metadata],
  ['jsonBytes', 'white space', json, '[', ' '.repeat(1000), search],
] as const;

const limits = {
  bytesPerInstance: 1_000_000,
  bytesPerSeries: 2_000_000,
  instances: 1000,
  partHeaderBytes: 10_000,
  jsonBytes: 1_000_000,
};

function sendForever(response: ServerResponse, more: string): void {
  const chunk = Buffer.from(more.repeat(Math.ceil(16_384 / more.length)));
  const pump = () => {
    while (!response.destroyed) {
      if (!response.write(chunk)) return void response.once('drain', pump);
    }
  };
  pump();
}

describe('An answer without an end', () => {
  for (const [limit, what, type, start, more, read] of endless) {
    it(`of ${what} is refused by limits.${limit}, and the connection closed`, async (t) => {
      const closed = Promise.withResolvers<void>();
      const { url, close } = await listen((_request, response) => {
        response.on('close', closed.resolve);
        response.writeHead(200, { 'content-type': type }).write(start || more);
        sendForever(response, more);
      });
      const pacs = pacsAt(url, { limits });
      t.after(async () => {
        await pacs.close();
        close();
      });
      await assert.rejects(read(pacs), {
        code: 'limit-exceeded',
        message: new RegExp(`limits\\.${limit} \\(${limits[limit]} (?:bytes|instances)\\)`),
      });
      await closed.promise;
    });
  }

  it('gives its memory back', async (t) => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const { url, close } = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': multipart }).write(head);
      sendForever(response, filler);
    });
    const most = 200_000_000;
    const pacs = pacsAt(url, { limits: { bytesPerInstance: most, bytesPerSeries: most * 2 } });
    t.after(async () => {
      await pacs.close();
      close();
    });
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    await assert.rejects(series(pacs), { code: 'limit-exceeded' });
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    const kept = process.memoryUsage().arrayBuffers - before;
    assert.ok(kept < most / 20, `${kept} bytes were kept`);
  });
});
