import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { LobarError } from '../../src/errors.ts';
import { collectSeries, listen, never, type PacsSettings, pacsAt } from './support/pacs-at.ts';

const study = '1.2.3';
const series = '1.2.3.4';
const multipart = 'multipart/related; type="application/dicom"; boundary=b1';
const instances = '--b1\r\n\r\nbytes\r\n--b1--';
const oneSeries = `[{"0020000E":{"vr":"UI","Value":["${series}"]}}]`;

const answers =
  (status: number, headers: Record<string, string> = {}, body = ''): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);
const aSeries = answers(200, { 'content-type': multipart }, instances);
const aList = answers(200, { 'content-type': 'application/dicom+json' }, oneSeries);
const hangsUp: RequestListener = (request) => request.socket.destroy();

/** A client of a server that gives the nth answer to the nth request, the last one from then on. */
async function facing(t: TestContext, inTurn: readonly RequestListener[], settings?: PacsSettings) {
  const requests: IncomingMessage[] = [];
  const { url, close } = await listen((request, response) => {
    const answer = inTurn[Math.min(requests.length, inTurn.length - 1)] as RequestListener;
    requests.push(request);
    answer(request, response);
  });
  const pacs = pacsAt(url, settings);
  t.after(async () => {
    await pacs.close();
    close();
  });
  return {
    pacs,
    requests,
    search: (signal = never().signal) => pacs.searchSeries(study, { signal }),
    retrieve: (signal = never().signal) => collectSeries(pacs.retrieveSeries(study, series, { signal })),
  };
}

const now = { 'retry-after': '0' };

describe('A PACS that is busy', () => {
  it('is asked again, after what passes by itself', async (t) => {
    for (const status of [408, 429, 502, 503, 504]) {
      const { retrieve, requests } = await facing(t, [answers(status, now), aSeries]);
      assert.equal((await retrieve()).length, 1);
      assert.equal(requests.length, 2, `HTTP ${status}`);
    }
    const { search, requests } = await facing(t, [answers(503, now), hangsUp, aList]);
    assert.equal((await search()).length, 1);
    assert.equal(requests.length, 3);
  });

  it('is asked again when it says by a date, or does not say, how long it takes', async (t) => {
    const past = new Date(Date.now() - 5000).toUTCString(); // IMF-fixdate, RFC 9110 5.6.7
    const { retrieve, requests } = await facing(t, [
      answers(503, { 'retry-after': past }),
      answers(503, { 'retry-after': 'soon' }),
      aSeries,
    ]);
    await retrieve();
    assert.equal(requests.length, 3);
  });

  it('is asked as often as configured, and then tells its error', async (t) => {
    for (const retries of [0, 1, 2]) {
      const { search, requests } = await facing(t, [answers(503)], { retries });
      await assert.rejects(search(), { code: 'pacs-error', message: /HTTP 503/ });
      assert.equal(requests.length, retries + 1);
    }
  });

  it('that stays so for longer than can be waited is told at once, with its seconds', async (t) => {
    const later = new Date(Date.now() + 3600_000).toUTCString();
    for (const [header, seconds] of [
      ['31', /^31$/],
      ['120', /^120$/],
      [later, /^3(?:599|600)$/],
    ] as const) {
      const { retrieve, requests } = await facing(t, [answers(503, { 'retry-after': header })]);
      await assert.rejects(retrieve(), (error: LobarError) => {
        assert.deepEqual([error.code, error.status], ['pacs-busy', 503]);
        assert.match(String(error.details['retryAfterSeconds']), seconds);
        assert.match(error.message, new RegExp(` ${error.details['retryAfterSeconds']} s`));
        return true;
      });
      assert.equal(requests.length, 1);
    }
  });

  it('still after the last retry is told with its seconds', async (t) => {
    const { retrieve } = await facing(t, [answers(429, { 'retry-after': '7' })], { retries: 0 });
    await assert.rejects(retrieve(), { code: 'pacs-busy', message: / 7 s/ });
  });

  it('says how long with 429 and 503 only: Retry-After of another status is not obeyed', async (t) => {
    const { retrieve, requests } = await facing(t, [answers(502, { 'retry-after': '3600' }), aSeries]);
    await retrieve();
    assert.equal(requests.length, 2);
  });

  it('with a compressed page is still one that is busy', async (t) => {
    const page = gzipSync('<html>');
    const gateway: RequestListener = (_request, response) =>
      response.writeHead(503, { ...now, 'content-encoding': 'gzip' }).end(page);
    const { retrieve, requests } = await facing(t, [gateway, aSeries]);
    await retrieve();
    assert.equal(requests.length, 2);
    const still = await facing(t, [gateway], { retries: 0 });
    await assert.rejects(still.retrieve(), { code: 'pacs-busy' });
  });

  it('is not waited for when the request is cancelled or the client closed', async (t) => {
    const busy = answers(503, { 'retry-after': '30' });
    const { retrieve } = await facing(t, [busy]);
    await assert.rejects(retrieve(AbortSignal.timeout(50)), { code: 'cancelled' });
    const deadline = new LobarError('deadline-exceeded', { seconds: 1 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(deadline), 50);
    await assert.rejects(retrieve(controller.signal), deadline);
    const closing = await facing(t, [busy]);
    setTimeout(() => closing.pacs.close(), 50);
    await assert.rejects(closing.retrieve(), { code: 'shutting-down' });
  });
});

describe('A PACS that closes the connection', () => {
  it('before it answered is asked again', async (t) => {
    const { retrieve, requests } = await facing(t, [hangsUp, hangsUp, aSeries]);
    assert.equal((await retrieve()).length, 1);
    assert.equal(requests.length, 3);
    const gone = await facing(t, [hangsUp], { retries: 1 });
    await assert.rejects(gone.search(), { code: 'pacs-unreachable', message: /without an answer/ });
    assert.equal(gone.requests.length, 2);
  });

  it('or is busy while it stores is not asked again', async (t) => {
    for (const answer of [hangsUp, answers(503, now)]) {
      const { pacs, requests } = await facing(t, [answer]);
      await assert.rejects(pacs.storeInstances(study, [new Uint8Array(2)], never()));
      assert.equal(requests.length, 1);
    }
  });
});

describe('What a PACS is willing to send', () => {
  const stored = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const transcoded = 'multipart/related; type="application/dicom"';
  const accepts = (requests: readonly IncomingMessage[]) => requests.map(({ headers }) => headers.accept);

  it('is asked again without the transfer syntax where that is refused, and remembered', async (t) => {
    for (const status of [400, 406, 415]) {
      const { retrieve, requests } = await facing(t, [answers(status), aSeries]);
      await retrieve();
      await retrieve();
      assert.deepEqual(accepts(requests), [stored, transcoded, transcoded], `HTTP ${status}`);
    }
  });

  it('is the stored bytes again after a failure, which is no refusal', async (t) => {
    const { retrieve, requests } = await facing(t, [answers(500), aSeries]);
    await retrieve();
    await retrieve();
    assert.deepEqual(accepts(requests), [stored, transcoded, stored]);
  });

  it('is the stored bytes where it fails on what it transcodes, though it refused them', async (t) => {
    const { retrieve, requests } = await facing(t, [answers(406), aSeries, answers(500), aSeries]);
    await retrieve();
    await retrieve();
    await retrieve();
    assert.deepEqual(accepts(requests), [stored, transcoded, transcoded, stored, stored]);
  });

  it('is not learned from a page of HTML', async (t) => {
    const page = answers(200, { 'content-type': 'text/html' }, '<html>');
    const { retrieve, requests } = await facing(t, [answers(406), page, aSeries]);
    await assert.rejects(retrieve(), { code: 'pacs-response-invalid' });
    await retrieve();
    assert.deepEqual(accepts(requests), [stored, transcoded, stored]);
  });

  it('stays the stored bytes after a failure of a PACS that has sent them', async (t) => {
    const inTurn = [aSeries, answers(500), answers(500), answers(406), aSeries, aSeries];
    const { retrieve, requests } = await facing(t, inTurn);
    await retrieve();
    await assert.rejects(retrieve(), { code: 'pacs-error' });
    await retrieve();
    await retrieve();
    assert.deepEqual(accepts(requests), [stored, stored, transcoded, stored, transcoded, stored]);
  });

  it('and fails on is told by its failure, not by the refusal of the other form', async (t) => {
    const { retrieve } = await facing(t, [answers(500), answers(406)]);
    await assert.rejects(retrieve(), { code: 'pacs-error', message: /HTTP 500/ });
  });
});

describe('A PACS that cuts its list of series', () => {
  const page = (from: number, count: number, more: boolean) =>
    answers(
      200,
      {
        'content-type': 'application/dicom+json',
        // PS3.18 8.3.4.4
        ...(more ? { warning: '299 pacs: There are 3 additional results that can be requested' } : {}),
      },
      JSON.stringify(
        Array.from({ length: count }, (_, index) => ({
          '0020000E': { vr: 'UI', Value: [`1.2.3.${from + index}`] },
        })),
      ),
    );

  it('is asked for the rest', async (t) => {
    const { search, requests } = await facing(t, [page(0, 2, true), page(2, 2, true), page(4, 1, false)]);
    assert.deepEqual(
      (await search()).map((one) => one['0020000E']?.Value?.[0]),
      [0, 1, 2, 3, 4].map((index) => `1.2.3.${index}`),
    );
    assert.deepEqual(
      requests.map(({ url }) => url?.split('?')[1]),
      [undefined, 'offset=2', 'offset=4'],
    );
  });

  it('is told when it does not give the rest', async (t) => {
    const ignoring = await facing(t, [page(0, 2, true)]);
    await assert.rejects(ignoring.search(), { code: 'pacs-incomplete', message: /more than the 2 results/ });
    assert.equal(ignoring.requests.length, 2);
    const empty = await facing(t, [page(0, 2, true), answers(204, { warning: '299 pacs: none' })]);
    assert.equal((await empty.search()).length, 2);
  });

  it('is not taken for one that warns of something else', async (t) => {
    const warning = '299 pacs: The fuzzymatching parameter is not supported.';
    const { search, requests } = await facing(t, [
      answers(200, { 'content-type': 'application/dicom+json', warning }, oneSeries),
    ]);
    await search();
    assert.equal(requests.length, 1);
  });
});
