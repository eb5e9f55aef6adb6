/** Errors of the service itself: with an engine that fails as no real one can be made to. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import request from 'supertest';
import type { Admission } from '../../src/analysis/admission.ts';
import { checkConfig } from '../../src/config.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { openPacs } from '../../src/dicomweb/open-pacs.ts';
import { LobarError } from '../../src/errors.ts';
import { buildApp } from '../../src/http/build-app.ts';
import { unopenedContext } from '../../src/http/unopened-context.ts';
import type { InferenceEngine } from '../../src/inference/open-inference-engine.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';

describe('an error of the service itself', () => {
  let app: FastifyInstance;
  let study = '';
  let analyse: InferenceEngine['analyse'];
  let admission: Admission;
  const closers: (() => Promise<unknown>)[] = [];

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-service-errors-'));
    study = (await writePhantomStudy(folder)).study.studyInstanceUid;
    const archive = await openSandboxPacs({ folder });
    const config = checkConfig({ pacs: { main: { url: archive.url } }, limits: { analysisSeconds: 10 } });
    const { main } = config.pacs;
    assert.ok(main !== undefined);
    const pacs = openPacs('main', main, config.limits, config);
    const decodePool = openDecodePool({ threads: 1 });
    const unopened = unopenedContext(config);
    const engine: InferenceEngine = Object.create(unopened.engine, {
      analyse: { value: (...given: Parameters<typeof analyse>) => analyse(...given) },
    });
    const context = { ...unopened, engine, decodePool, pacs: new Map([['main', pacs]]) };
    admission = context.admission;
    app = await buildApp(context, createLogger('silent'), 'test');
    await app.ready();
    for (const one of [app, pacs, decodePool, archive]) closers.push(() => one.close());
    closers.push(() => rm(folder, { recursive: true }));
  });
  after(async () => {
    for (const close of closers) await close();
  });

  const post = (body: object) => request(app.server).post('/v1/analyses').send(body);
  const refused = async (asked: request.Test, status: number, code: string) => {
    const { body, headers } = await asked
      .expect(status)
      .expect('content-type', /^application\/problem\+json/);
    assert.equal(body.code, code);
    return { detail: body.detail as string, headers };
  };

  it('of the networks is inference-failed', async () => {
    analyse = async () => {
      throw new LobarError('inference-failed', { problem: 'classifier answered NaN' });
    };
    const { detail } = await refused(post({ study, publish: false }), 500, 'inference-failed');
    assert.match(detail, /classifier answered NaN\. Nothing was published\./);
  });

  it('that nobody foresaw is internal, and tells nothing', async () => {
    analyse = async () => {
      throw new TypeError('PATIENT^NAME is not iterable');
    };
    const { detail } = await refused(post({ study, publish: false }), 500, 'internal');
    assert.doesNotMatch(detail, /PATIENT/);
  });

  it('that takes too long is deadline-exceeded', async () => {
    analyse = (_volume, { signal } = {}) =>
      new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(new LobarError('cancelled', {}))),
      );
    const { detail } = await refused(post({ study, publish: false }), 504, 'deadline-exceeded');
    assert.match(detail, /within 10 s/);
  });

  it('is publish-not-configured where there is no EHR and nothing else was asked for', async () => {
    await refused(post({ study }), 400, 'publish-not-configured');
    await refused(post({ study, publish: 'dry-run' }), 400, 'publish-not-configured');
  });

  // The last one: nothing is taken any more.
  it('that ends is shutting-down, while what runs goes on and readiness sends work elsewhere', async () => {
    const release = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    analyse = async () => {
      begun.resolve();
      await release.promise;
      throw new LobarError('inference-failed', { problem: 'x' });
    };
    const running = refused(post({ study, publish: false }), 500, 'inference-failed');
    await begun.promise;
    const drained = admission.drain(60);
    const { headers } = await refused(post({ study, publish: false }), 503, 'shutting-down');
    assert.match(headers['retry-after'] ?? '', /^\d+$/);
    const stream = post({ study, publish: false }).set('accept', 'text/event-stream');
    await refused(stream, 503, 'shutting-down');
    await request(app.server)
      .get('/health/ready')
      .expect(503, {
        status: 'draining',
        inFlight: 1,
        queue: { kind: 'in-process', up: true, waiting: 0 },
      });
    await request(app.server).get('/health/live').expect(200);
    release.resolve();
    await running;
    await drained;
  });
});
