/** Looks at a PACS that tells less than it might, or refuses a question, by a clock that stands still unless it is turned. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import type { PacsClient } from '../../src/dicomweb/open-pacs.ts';
import { openRounds } from '../../src/watch/open-rounds.ts';
import { rulesOf } from '../../src/watch/rules.ts';
import { listen, pacsAt } from '../dicomweb/support/pacs-at.ts';
import { noon } from './watched-pacs.ts';

describe('A PACS that tells little', () => {
  const uid = (text: string) => ({ '0020000D': { vr: 'UI', Value: [text] } });

  async function asked(t: TestContext, answers: (url: URL) => object[] | number) {
    const urls: string[] = [];
    const server = await listen((request, response) => {
      urls.push(request.url ?? '');
      const answer = answers(new URL(request.url ?? '', 'http://pacs'));
      if (typeof answer === 'number') return response.writeHead(answer).end();
      response.writeHead(200, { 'content-type': 'application/dicom+json' });
      return response.end(JSON.stringify(answer));
    });
    const client = pacsAt(server.url);
    t.after(async () => {
      await client.close();
      server.close();
    });
    return { client, urls };
  }

  /** Looks at it by a clock that the test turns, as often as it is told to. */
  function watching(client: PacsClient, watch: object = {}) {
    let now = noon;
    const enqueued: string[] = [];
    const decided: string[] = [];
    const look = openRounds({
      pacs: client,
      rules: rulesOf(checkConfig({ watch })),
      async enqueue(study) {
        enqueued.push(study);
        return 'enqueued';
      },
      decided: (decision) => decided.push(decision),
      turned: () => {},
      now: () => now,
    });
    const { signal } = new AbortController();
    return {
      ...{ enqueued, decided },
      lookAfter(minutes: number) {
        now += minutes * 60_000;
        return look(signal);
      },
    };
  }
  const seriesOf = (images: number, texts: { description?: string; bodyPart?: string }) => ({
    '0020000E': { vr: 'UI', Value: [`1.9.${images}`] },
    '00080060': { vr: 'CS', Value: ['CT'] },
    ...(texts.description === undefined ? {} : { '0008103E': { vr: 'LO', Value: [texts.description] } }),
    ...(texts.bodyPart === undefined ? {} : { '00180015': { vr: 'CS', Value: [texts.bodyPart] } }),
    '00201209': { vr: 'IS', Value: [images] },
  });

  it('is asked for its studies in pages to the end, and its series for what else is needed', async (t) => {
    let images = 10;
    const { client, urls } = await asked(t, ({ pathname, searchParams }) => {
      if (pathname.endsWith('/series')) return [seriesOf(images, { bodyPart: 'CHEST' })];
      // Two at a time, and no word of it.
      const all = ['1.1', '1.2', '1.3'].map(uid);
      const offset = Number(searchParams.get('offset') ?? 0);
      return all.slice(offset, offset + 2);
    });
    const { enqueued, lookAfter } = watching(client);
    assert.equal((await lookAfter(0)).waiting.size, 3);
    images = 11;
    await lookAfter(4);
    assert.equal((await lookAfter(4)).waiting.size, 3);
    await lookAfter(1);
    assert.deepEqual(enqueued, ['1.1', '1.2', '1.3']);
    assert.match(
      urls[0] ?? '',
      /\/studies\?StudyDate=202611\d\d-&ModalitiesInStudy=CT&includefield=00081030,/,
    );
    assert.match(urls[1] ?? '', /&offset=2$/);
    assert.match(
      urls.find((one) => one.includes('/series')) ?? '',
      /includefield=0008103E,00180015,00201209$/,
    );
  });
  it('is asked again, ever more seldom, whether a series came that makes a study fit', async (t) => {
    const series = [seriesOf(1, { description: 'Topogram' })];
    const study = { ...uid('1.1'), '00080061': { vr: 'CS', Value: ['CT'] } };
    const { client, urls } = await asked(t, ({ pathname, searchParams }) => {
      if (pathname.endsWith('/series')) return series;
      return searchParams.has('offset') ? [] : [study];
    });
    const { enqueued, decided, lookAfter } = watching(client);
    await lookAfter(0);
    await lookAfter(6);
    assert.deepEqual(decided, ['filtered']);
    const before = urls.length;
    for (let minutes = 0; minutes < 120; minutes += 1) await lookAfter(1);
    // Filtered 6 minutes after it was first seen; then at 12, 24, 48 and 96 minutes, and at 156, an hour later.
    const asks = urls.slice(before).filter((url) => url.includes('/series'));
    assert.equal(asks.length, 4);
    assert.deepEqual(decided, ['filtered']);
    series.push(seriesOf(400, { description: 'Thorax 1 mm' }));
    await lookAfter(60);
    assert.deepEqual(enqueued, []);
    await lookAfter(5);
    assert.deepEqual([enqueued, decided], [['1.1'], ['filtered', 'enqueued']]);
  });

  it('is not asked again about what no series changes', async (t) => {
    const old = {
      ...uid('1.1'),
      '00080020': { vr: 'DA', Value: ['20261128'] },
      '00080030': { vr: 'TM', Value: ['010000'] },
      '00080201': { vr: 'SH', Value: ['+0000'] },
    };
    const { client, urls } = await asked(t, ({ pathname, searchParams }) => {
      if (pathname.endsWith('/series')) return [seriesOf(1, {})];
      return searchParams.has('offset') ? [] : [old];
    });
    const { decided, lookAfter } = watching(client, { stableMinutes: 0 });
    await lookAfter(0);
    const before = urls.length;
    for (let looks = 0; looks < 5; looks += 1) await lookAfter(60);
    assert.equal(urls.slice(before).filter((url) => url.includes('/series')).length, 0);
    assert.deepEqual(decided, ['filtered']);
  });

  it('is asked for all studies of the days where it refuses a search by modality, and then judged', async (t) => {
    const study = (text: string, modality: string) => ({
      ...uid(text),
      '00080061': { vr: 'CS', Value: [modality] },
      '00081030': { vr: 'LO', Value: ['CHEST'] },
      '00201208': { vr: 'IS', Value: [60] },
    });
    const { client, urls } = await asked(t, ({ searchParams }) => {
      if (searchParams.has('ModalitiesInStudy')) return 400;
      return searchParams.has('offset') ? [] : [study('1.1', 'CT'), study('1.2', 'MR')];
    });
    const { enqueued, decided, lookAfter } = watching(client, {
      modalities: ['CT', 'PT'],
      stableMinutes: 0,
    });
    await lookAfter(0);
    assert.deepEqual([enqueued, decided], [['1.1'], ['enqueued', 'filtered']]);
    await lookAfter(1);
    // Once refused, it is not asked so again.
    assert.equal(urls.filter((url) => url.includes('ModalitiesInStudy=')).length, 1);
  });

  it('has failed where it refuses every search', async (t) => {
    const { client } = await asked(t, () => 400);
    const { lookAfter } = watching(client);
    await assert.rejects(lookAfter(0), { code: 'pacs-error', message: /HTTP 400/ });
  });
});
