import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { analysisExample } from '../../src/analysis/analysis-example.ts';
import { analyzeRemotely, type RemoteOptions } from '../../src/client/analyze-remotely.ts';
import { openServiceClient } from '../../src/client/open-service-client.ts';
import { LobarError } from '../../src/errors.ts';
import { toProblem } from '../../src/http/problem.ts';
import { unrestricted } from '../../src/outbound/open-agent.ts';
import { serve } from '../outbound/support/servers.ts';
import { openRawServer } from '../support/raw-server.ts';

/** What the analysis of a study comes to at a service that does what the test says. */
async function asked(t: TestContext, listener: RequestListener, options: Partial<RemoteOptions> = {}) {
  const { url } = await serve(t, listener);
  return await askedAt(t, url, options);
}

async function askedAt(t: TestContext, url: string, options: Partial<RemoteOptions> = {}) {
  const client = openServiceClient({ url, tls: { insecure: false }, outbound: unrestricted });
  t.after(() => client.close());
  const signal = options.signal ?? new AbortController().signal;
  return await analyzeRemotely(client, { study: '2.25.1', publish: false }, { ...options, signal });
}

const streaming =
  (...events: readonly [event: string, data: unknown][]): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const [event, data] of events)
      response.write(`event: ${event}\r\ndata: ${JSON.stringify(data)}\r\n\r\n`);
    response.end();
  };

const refusing =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  };

const problemOf = (error: LobarError) => toProblem(error, 'r-1');
const full = problemOf(new LobarError('at-capacity', { what: 'place' }));
const isFull = refusing(503, 'application/problem+json', JSON.stringify(full), { 'retry-after': '0' });
const page = '<html><body>Bad gateway</body></html>';

describe('an analysis by a remote service', () => {
  it('is asked for as the OpenAPI document says, shows its progress and is the Analysis', async (t) => {
    let sent: unknown;
    const listener: RequestListener = async (request, response) => {
      const body: Buffer[] = [];
      for await (const chunk of request) body.push(chunk as Buffer);
      sent = {
        method: request.method,
        url: request.url,
        accept: request.headers.accept,
        type: request.headers['content-type'],
        priority: request.headers['priority'],
        body: JSON.parse(Buffer.concat(body).toString()),
      };
      streaming(
        ['progress', { stage: 'find', fraction: 0 }],
        ['progress', { stage: 'lungs', fraction: 0.5 }],
        // A service sends what was not asked for here only when it is newer; either is passed over.
        ['document', { kind: 'pdf', part: 1, parts: 1, data: 'JVBERi0xLjcK' }],
        ['newer', {}],
        ['analysis', analysisExample],
      )(request, response);
    };
    const seen: unknown[] = [];
    const outcome = await asked(t, listener, {
      headers: { priority: 'u=0' },
      onProgress: (progress) => seen.push(progress),
    });
    assert.deepEqual(outcome, { kind: 'analysis', analysis: analysisExample });
    assert.deepEqual(seen, [
      { stage: 'find', fraction: 0 },
      { stage: 'lungs', fraction: 0.5 },
    ]);
    assert.deepEqual(sent, {
      method: 'POST',
      url: '/v1/analyses',
      accept: 'text/event-stream',
      type: 'application/json',
      priority: 'u=0',
      body: { study: '2.25.1', publish: false },
    });
  });

  it('goes below the path of its address', async (t) => {
    const { url } = await serve(t, (request, response) =>
      refusing(
        404,
        'application/problem+json',
        JSON.stringify({ ...full, detail: request.url ?? '' }),
      )(request, response),
    );
    const outcome = await askedAt(t, `${url}/radiology/lobar/`);
    assert.equal(outcome.kind === 'problem' && outcome.problem.detail, '/radiology/lobar/v1/analyses');
  });

  it('is a problem, by status or by the last event', async (t) => {
    const problem = problemOf(new LobarError('study-not-found', { pacs: 'main' }));
    const type = 'application/problem+json; charset=utf-8';
    const byStatus = await asked(t, refusing(404, type, JSON.stringify(problem)));
    assert.deepEqual(byStatus, { kind: 'problem', problem });
    assert.deepEqual(await asked(t, streaming(['problem', problem])), { kind: 'problem', problem });
  });

  it('waits for a service that is full, as long as its patience lasts', async (t) => {
    let answers = 0;
    const waits: string[] = [];
    const twiceFull: RequestListener = (request, response) => {
      answers += 1;
      (answers <= 2 ? isFull : streaming(['analysis', analysisExample]))(request, response);
    };
    const onWait = (said: string) => waits.push(said);
    assert.equal((await asked(t, twiceFull, { patience: 30, onWait })).kind, 'analysis');
    assert.deepEqual(waits, [full.detail, full.detail]);
    answers = 0;
    assert.deepEqual(await asked(t, twiceFull), { kind: 'problem', problem: full });
    assert.equal(answers, 1);
  });

  it('waits for a PACS that is busy as the last event asks', async (t) => {
    const details = { retryAfterSeconds: 0.01 };
    const busy = problemOf(new LobarError('pacs-busy', { pacs: 'main', seconds: 1 }, { details }));
    let answers = 0;
    const onceBusy: RequestListener = (request, response) => {
      answers += 1;
      streaming(answers === 1 ? ['problem', busy] : ['analysis', analysisExample])(request, response);
    };
    assert.equal((await asked(t, onceBusy, { patience: 30 })).kind, 'analysis');
  });

  it('waits for a service that is not there behind its proxy', async (t) => {
    let answers = 0;
    const starting: RequestListener = (request, response) => {
      answers += 1;
      const absent = refusing(503, 'text/html', page, { 'retry-after': '0' });
      (answers === 1 ? absent : streaming(['analysis', analysisExample]))(request, response);
    };
    assert.equal((await asked(t, starting, { patience: 30 })).kind, 'analysis');
    await assert.rejects(asked(t, refusing(503, 'text/html', page)), { code: 'service-unavailable' });
  });

  it('is no answer of Lobar where something else answers', async (t) => {
    for (const [listener, problem] of [
      [refusing(200, 'text/html', page), /HTTP 200 with text\/html, not text\/event-stream/],
      [refusing(502, 'text/html', page), /HTTP 502 with text\/html/],
      [refusing(404, 'application/json', '{}'), /HTTP 404 with application\/json/],
      [refusing(404, 'application/problem+json', page), /has no 'code'/],
      [refusing(301, 'text/html', page, { location: 'http://127.0.0.1:1/' }), /HTTP 301/],
      [refusing(200, 'text/event-stream', 'event: analysis\ndata: {\n\n'), /holds no JSON/],
      [streaming(['analysis', []]), /has no 'id'/],
      [streaming(['progress', { stage: 'find', fraction: 'x' }]), /has no 'fraction'/],
    ] as const) {
      await assert.rejects(asked(t, listener), (error) => {
        assert.ok(error instanceof LobarError);
        assert.equal(error.code, 'service-answer-invalid', error.message);
        assert.match(error.message, problem);
        return true;
      });
    }
  });

  it('is not known to be done where the service breaks off', async (t) => {
    await assert.rejects(asked(t, streaming(['progress', { stage: 'find', fraction: 0 }])), {
      code: 'service-broke-off',
    });
    const cut: RequestListener = (request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': still working\n\n', () => response.destroy());
    };
    await assert.rejects(asked(t, cut), { code: 'service-broke-off' });
    const empty = refusing(200, 'text/event-stream', '', { 'content-length': '0' });
    await assert.rejects(asked(t, empty), { code: 'service-broke-off' });
  });

  it('is not asked for where nobody listens', async (t) => {
    const gone = await openRawServer(() => {});
    await gone.close();
    await assert.rejects(askedAt(t, gone.url), {
      code: 'service-unreachable',
      message: /connection refused \(ECONNREFUSED\)/,
    });
  });

  it('is hung up by its signal, while it streams and while it waits', async (t) => {
    const hungUp = Promise.withResolvers<void>();
    const endless: RequestListener = (request, response) => {
      request.resume();
      response.once('close', () => hungUp.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: progress\ndata: {"stage":"lungs","fraction":0.1}\n\n');
    };
    const streams = new AbortController();
    const onProgress = () => streams.abort();
    await assert.rejects(asked(t, endless, { signal: streams.signal, onProgress }), { code: 'cancelled' });
    await hungUp.promise;
    const waits = new AbortController();
    const onWait = () => waits.abort();
    await assert.rejects(asked(t, isFull, { signal: waits.signal, patience: 30, onWait }), {
      code: 'cancelled',
    });
  });
});
