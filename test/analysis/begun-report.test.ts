/** A report that is begun while opacities are still looked for, in the whole of an analysis. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type AnalyzeContext, type AnalyzeHooks, analyze } from '../../src/analysis/analyze.ts';
import type { AnalyzeRequest } from '../../src/analysis/analyze-request.ts';
import { fileSource } from '../../src/analysis/file-source.ts';
import { noReporter } from '../../src/analysis/reporting/no-reporter.ts';
import { openReporter, type Reporter } from '../../src/analysis/reporting/open-reporter.ts';
import { checkConfig } from '../../src/config.ts';
import type { Config } from '../../src/config-schema.ts';
import { type DecodePool, openDecodePool } from '../../src/dicom/decode-pool.ts';
import { LobarError } from '../../src/errors.ts';
import { noAuditTrail } from '../../src/fhir/audit/open-audit-trail.ts';
import {
  type InferenceEngine,
  type InferenceResult,
  openInferenceEngine,
} from '../../src/inference/open-inference-engine.ts';
import { shippedModelsFolder } from '../../src/inference/shipped-models-folder.ts';
import type { LungGrid } from '../../src/pipeline/trees/lung-grid.ts';
import type { LungDraft } from '../../src/report/rendering/draft-lungs.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { json, openTestEhr, outcome, patientSystem, rawServer, searchset } from '../fhir/ehr-fixture.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';

const unhurried = new AbortController().signal;
const left = new LobarError('cancelled', {});

describe('an analysis whose report is begun with the lungs', { timeout: 300_000 }, () => {
  const config = checkConfig({ inference: { provider: 'cpu' } });
  let folder: string;
  let phantom: PhantomStudy;
  let engine: InferenceEngine;
  let decodePool: DecodePool;
  let reporter: Reporter;
  /** What the pipeline says of the phantom. */
  let lungs: LungGrid;
  let found: InferenceResult;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-begun-'));
    phantom = await writePhantomStudy(folder);
    decodePool = openDecodePool({ threads: 0 });
    reporter = await openReporter();
    engine = await openInferenceEngine(config.inference, { modelsFolder: shippedModelsFolder });
    const listening: InferenceEngine = {
      ...engine,
      analyse: async (volume, options) => {
        const onLungs = (told: LungGrid) => {
          lungs = told;
        };
        found = await engine.analyse(volume, { ...options, onLungs });
        throw left;
      },
    };
    await assert.rejects(analysing({ engine: listening, reporter: endless().reporter }));
    assert.ok(found.kind === 'found' && found.masks !== undefined);
  });
  after(async () => {
    await Promise.all([engine.close(), decodePool.close(), reporter.close()]);
    await rm(folder, { recursive: true });
  });

  /** It says the same of each volume, at once, as the pipeline did of this one. */
  const answering = (result: () => InferenceResult = () => found): InferenceEngine => ({
    ...engine,
    analyse: async (_volume, { onLungs } = {}) => {
      onLungs?.(structuredClone(lungs));
      return structuredClone(result());
    },
  });
  const analysing = async (
    context: Partial<AnalyzeContext>,
    request: Partial<AnalyzeRequest> = {},
    hooks: Partial<AnalyzeHooks> = {},
  ) =>
    await analyze(
      { id: 'begun', source: () => fileSource([folder], config.limits), documents: ['png'], ...request },
      { engine: answering(), decodePool, reporter, config, audit: noAuditTrail, ...context },
      { signal: unhurried, ...hooks },
    );
  const waitingFor = (waitSeconds: number): Config => ({
    ...config,
    report: { ...config.report, waitSeconds },
  });
  const patient = (): fhir4.Patient => ({
    resourceType: 'Patient',
    id: 'p-1',
    identifier: [{ system: patientSystem, value: phantom.study.patient.id }],
  });

  it('ends when the caller leaves while a draft never comes, and stops that', async () => {
    const { reporter, begun } = endless();
    const leaving = new AbortController();
    const onProgress = whenReporting(() => leaving.abort(left));
    await assert.rejects(analysing({ reporter }, {}, { signal: leaving.signal, onProgress }), {
      code: 'cancelled',
    });
    assert.deepEqual(begun(), ['stopped']);
  });

  it('ends at its deadline while a draft never comes, and stops that', async (t) => {
    const { reporter, begun } = endless();
    const deadline = new AbortController();
    t.mock.method(AbortSignal, 'timeout', () => deadline.signal);
    const onProgress = whenReporting(() => deadline.abort());
    await assert.rejects(analysing({ reporter }, {}, { onProgress }), { code: 'deadline-exceeded' });
    assert.deepEqual(begun(), ['stopped']);
  });

  it('has the same report where what was begun fails', async () => {
    let failures = 0;
    const begin: Reporter['begin'] = async () => {
      failures += 1;
      throw new LobarError('report-failed', { problem: 'a test' });
    };
    const whole = await analysing({});
    const again = await analysing({ reporter: { ...reporter, begin } });
    assert.equal(failures, 1);
    assert.equal(whole.documents?.length, 1);
    assert.deepEqual(again.documents, whole.documents);
    assert.deepEqual(again.pictures, whole.pictures);
  });

  it('stops it where the pipeline fails', async () => {
    const { reporter, begun } = endless();
    const failing = answering(() => {
      throw new LobarError('inference-failed', { problem: 'a test' });
    });
    await assert.rejects(analysing({ reporter, engine: failing }), { code: 'inference-failed' });
    assert.deepEqual(begun(), ['stopped']);
  });

  it('stops it where there is too little lung', async () => {
    const { reporter, begun } = endless();
    const { warnings, timingsMs } = found;
    const little = answering(() => ({ kind: 'too-little-lung', lungMl: 100, warnings, timingsMs }));
    const { analysis } = await analysing({ reporter, engine: little });
    assert.equal(analysis.outcome, 'ineligible');
    assert.deepEqual(begun(), ['stopped']);
  });

  it('stops it where the EHR holds the result, and nobody else wants a document', async () => {
    const sandbox = await openSandboxEhr({ patients: [patient()] });
    const { ehr } = openTestEhr(sandbox.url, { presentedForm: ['png'] });
    const publish = { ehr, documents: [] };
    const first = await analysing({}, publish);
    assert.equal(first.analysis.published?.alreadyPublished, false);
    const { reporter, begun } = endless();
    const { analysis } = await analysing({ reporter }, publish);
    assert.equal(analysis.published?.alreadyPublished, true);
    assert.deepEqual(begun(), ['stopped']);
    await Promise.all([ehr.close(), sandbox.close()]);
  });

  it('stops it where the EHR refuses the numbers while the report is still waited for', async () => {
    await using server = await rawServer({
      patient: json(200, searchset([patient()])),
      transaction: json(422, outcome('not like this')),
    });
    const { ehr } = openTestEhr(server.url, { presentedForm: ['png'] });
    const { reporter, begun } = endless();
    // The EHR waits for nothing, and the caller wants the document.
    await assert.rejects(analysing({ reporter, config: waitingFor(0) }, { ehr }), { code: 'ehr-rejected' });
    assert.deepEqual(begun(), ['stopped']);
    await ehr.close();
  });
});

/** One by which a draft never comes. */
function endless(): { readonly reporter: Reporter; readonly begun: () => readonly string[] } {
  const signals: AbortSignal[] = [];
  const begin: Reporter['begin'] = (_order, signal) => {
    signals.push(signal);
    return new Promise<LungDraft>(() => {});
  };
  return {
    reporter: { ...noReporter, begin },
    begun: () => signals.map(({ aborted }) => (aborted ? 'stopped' : 'begun')),
  };
}

/** Does something once the report is waited for. */
function whenReporting(work: () => void): NonNullable<AnalyzeHooks['onProgress']> {
  return (stage, fraction) => {
    if (stage === 'report' && fraction === 0) setImmediate(work);
  };
}
