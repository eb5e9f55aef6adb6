import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { pacsSource } from '../../src/analysis/pacs-source.ts';
import { checkConfig } from '../../src/config.ts';
import { listen, never, pacsAt } from '../dicomweb/support/pacs-at.ts';

const studyUid = '1.2.3';
const numbers = [1, 2, 3, 4, 5, 6];

/** A dataset that lists the series or one instance of it, with no more than must be there. */
const datasetOf = (number: number) => ({
  '00080060': { vr: 'CS', Value: ['CT'] },
  '00080018': { vr: 'UI', Value: [`1.2.3.${number}.1`] },
  '0020000D': { vr: 'UI', Value: [studyUid] },
  '0020000E': { vr: 'UI', Value: [`1.2.3.${number}`] },
});
const sendJson = (response: ServerResponse, datasets: readonly object[]) =>
  response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(datasets));

/** A study of six CT series, in a PACS that answers for the metadata of each by its number. */
async function studyWith(t: TestContext, metadata: (number: number) => RequestListener) {
  const { url, close } = await listen((request, response) => {
    const number = /series\/1\.2\.3\.(\d)\/metadata$/.exec(request.url ?? '')?.[1];
    if (number === undefined) sendJson(response, numbers.map(datasetOf));
    else metadata(Number(number))(request, response);
  });
  const pacs = pacsAt(url, { timeouts: { firstByte: 5, idle: 600 } });
  t.after(async () => {
    await pacs.close();
    close();
  });
  return pacsSource(pacs, studyUid, checkConfig({}).limits);
}

describe('The metadata of several series', () => {
  const soon = { timeout: 10_000 };

  it('are no longer asked for, and those under way broken off, when one fails', soon, async (t) => {
    const asked: number[] = [];
    let open = 0;
    const allOpen = Promise.withResolvers<void>();
    const allClosed = Promise.withResolvers<void>();
    const source = await studyWith(t, (number) => async (_request, response) => {
      asked.push(number);
      if (number === 2) {
        await allOpen.promise;
        response.writeHead(500).end();
        return;
      }
      open += 1;
      if (open === 3) allOpen.resolve();
      response.on('close', () => {
        open -= 1;
        if (open === 0) allClosed.resolve();
      });
      response.writeHead(200, { 'content-type': 'application/dicom+json' }).write('[');
    });
    await assert.rejects(source.listSeries(never().signal), { code: 'pacs-error', message: /HTTP 500/ });
    await allClosed.promise;
    assert.deepEqual(asked.sort(), [1, 2, 3, 4]);
  });

  it('do not wait for a slow one, but for its place among four', async (t) => {
    const answered: number[] = [];
    const others = Promise.withResolvers<void>();
    const source = await studyWith(t, (number) => async (_request, response) => {
      if (number === 1) await others.promise;
      sendJson(response, [datasetOf(number)]);
      answered.push(number);
      if (answered.length === 5) others.resolve();
    });
    const offered = await source.listSeries(never().signal);
    assert.deepEqual(
      offered.map(({ uid }) => uid),
      numbers.map((number) => `1.2.3.${number}`),
    );
    assert.equal(answered.at(-1), 1);
  });

  it('tell a series that is listed and then unknown as the contradiction it is', soon, async (t) => {
    const source = await studyWith(t, () => (_request, response) => void response.writeHead(404).end());
    await assert.rejects(source.listSeries(never().signal), {
      code: 'pacs-incomplete',
      message: /lists a series and has no metadata/,
    });
  });
});
