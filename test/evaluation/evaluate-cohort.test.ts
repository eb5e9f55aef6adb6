import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { checkConfig } from '../../src/config.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { LobarError } from '../../src/errors.ts';
import { type CaseResult, CaseResultSchema } from '../../src/evaluation/case-result.ts';
import type { Cohort, CohortCase } from '../../src/evaluation/cohort-case.ts';
import { type EvaluationRequest, evaluateCohort } from '../../src/evaluation/evaluate-cohort.ts';
import type { AnalyseCase, AnalysedOutput } from '../../src/evaluation/pipeline-output.ts';
import { measureInvolvement } from '../../src/pipeline/involvement.ts';
import { labelsOf, volumeOf } from '../support/small-volume.ts';
import { context, model, parameters } from './context.ts';

const shape = [2, 3, 4] as const;
const output: AnalysedOutput = (() => {
  const masks = { lobes: labelsOf(shape, () => 1), opacities: labelsOf(shape, (z) => z) };
  const { involvement } = measureInvolvement(masks, [1, 1, 1], 0);
  const probabilities = { 'covid-19': 0.8, 'other-infection': 0.1, 'no-imaging-signs': 0.1 };
  return {
    kind: 'analysed',
    volume: volumeOf(shape, [1, 1, 1], () => -500),
    header: { patient: {} } as InstanceHeader,
    findings: {
      classification: { decision: 'covid-19', probabilities },
      involvement,
      severity: { score: 3, band: 'mild' },
    },
    masks,
    warnings: [],
  };
})();

/** All ones on the grid of the volume. */
const lungsNrrd = Buffer.concat([
  Buffer.from(
    'NRRD0004\ntype: uint8\ndimension: 3\nspace: LPS\nsizes: 4 3 2\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\nencoding: raw\n\n',
  ),
  Buffer.alloc(24, 1),
]);

const { eligibility, limits } = checkConfig({});

describe('the evaluation of a cohort', () => {
  let folder = '';
  let cases: CohortCase[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-evaluation-'));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    await rm(join(folder, 'out'), { recursive: true, force: true });
    await mkdir(join(folder, 'ct'), { recursive: true });
    await writeFile(join(folder, 'ct', '1.dcm'), 'image');
    await writeFile(join(folder, 'lungs.nrrd'), lungsNrrd);
    cases = ['a', 'b', 'c'].map((id) => ({
      id,
      study: { kind: 'folder', path: join(folder, 'ct') },
      patient: id,
      label: 'covid-19',
      masks: { lungs: join(folder, 'lungs.nrrd') },
      given: {},
      extra: {},
    }));
  });

  const run = async (analyse: AnalyseCase, change: Partial<EvaluationRequest> = {}, signal?: AbortSignal) => {
    const cohort: Cohort = { file: 'cohort.csv', sha256: '', cases };
    const told: string[] = [];
    const metrics = await evaluateCohort(
      {
        ...context,
        cohort,
        folder: join(folder, 'out'),
        lobeLabels: [1, 2, 3, 4, 5],
        force: false,
        eligibility,
        limits,
        ...change,
      },
      analyse,
      {
        signal: signal ?? new AbortController().signal,
        onProgress: () => {},
        onCase: ({ id, outcome }, earlier) => told.push(`${id} ${outcome}${earlier ? ' before' : ''}`),
      },
    );
    return { metrics, told };
  };
  const saved = async (id: string) =>
    JSON.parse(await readFile(join(folder, 'out', 'cases', `${id}.json`), 'utf8')) as CaseResult;

  it('writes a file a case, the metrics and the report, and nothing else', async () => {
    const { metrics, told } = await run(async () => output);
    assert.deepEqual(told, ['a analysed', 'b analysed', 'c analysed']);
    assert.equal(metrics.figures['lungs.dice']?.value, 1);
    const files = await readdir(join(folder, 'out'), { recursive: true });
    const expected = ['cases', 'cases/a.json', 'cases/b.json', 'cases/c.json', 'metrics.json', 'report.html'];
    assert.deepEqual(files.sort(), expected);
    const ajv = new Ajv();
    assert.ok(ajv.validate(CaseResultSchema, await saved('a')), ajv.errorsText());
    assert.deepEqual(JSON.parse(await readFile(join(folder, 'out', 'metrics.json'), 'utf8')), metrics);
  });

  it('names the file of a model that ran, in the metrics and in every case', async () => {
    const { metrics } = await run(async () => output, { models: [{ ...model, precision: 'int8' }] });
    const ran = {
      task: 'classifier',
      name: 'tiny',
      version: '1.0.0',
      sha256: model.sha256,
      precision: 'int8',
    };
    assert.partialDeepStrictEqual(metrics.models, [ran]);
    const one = await saved('a');
    assert.deepEqual(one.models, [ran]);
    const ajv = new Ajv();
    assert.ok(ajv.validate(CaseResultSchema, one), ajv.errorsText());
    const page = await readFile(join(folder, 'out', 'report.html'), 'utf8');
    assert.match(page, /<td>tiny 1\.0\.0 \(int8\)<\/td>/);
  });

  it('goes on where it ended, with the same figures', async () => {
    const first = await run(async () => output);
    await rm(join(folder, 'out', 'cases', 'b.json'));
    const second = await run(async () => output);
    assert.deepEqual(second.told, ['a analysed before', 'b analysed', 'c analysed before']);
    assert.deepEqual(second.metrics.figures, first.metrics.figures);
  });

  it('does again what the models, their parameters, the rules, a mask, an image or the row have changed', async () => {
    const again = async (change: Partial<EvaluationRequest> = {}) =>
      (await run(async () => output, change)).told;
    await again();
    const fresh = ['a analysed', 'b analysed', 'c analysed'];
    assert.deepEqual(await again({ models: [{ ...model, sha256: 'other' }] }), fresh);
    assert.deepEqual(
      await again({ parameters: { ...parameters, opacities: { ...parameters.opacities, threshold: 0.6 } } }),
      fresh,
    );
    assert.deepEqual(await again({ lobeLabels: [4, 5, 6, 7, 8] }), fresh);
    assert.deepEqual(await again({ lobar: '9.9.9' }), fresh);
    assert.deepEqual(await again({ force: true }), fresh);
    assert.deepEqual(await again({ eligibility: { ...eligibility, minLungLitres: 1 } }), fresh);
    await again();
    await writeFile(join(folder, 'lungs.nrrd'), Buffer.concat([lungsNrrd.subarray(0, -1), Buffer.from([0])]));
    assert.deepEqual(await again(), fresh);
    await writeFile(join(folder, 'ct', '2.dcm'), 'one more');
    assert.deepEqual(await again(), fresh);
    await rm(join(folder, 'ct', '2.dcm'));
    await again();
    const [first, ...rest] = cases;
    assert.ok(first);
    cases = [{ ...first, label: 'other-infection' }, ...rest];
    assert.deepEqual(await again(), ['a analysed', 'b analysed before', 'c analysed before']);
  });

  it('does again what failed or is no whole file, but not what is not eligible', async () => {
    await run(async ({ id }) => {
      if (id === 'a') throw new LobarError('pacs-unreachable', { pacs: 'main', problem: 'x' });
      return id === 'b' ? { kind: 'ineligible', reasons: ['not-ct'] } : output;
    });
    await writeFile(join(folder, 'out', 'cases', 'c.json'), '{"schema":');
    const { told } = await run(async () => output);
    assert.deepEqual(told, ['a analysed', 'b ineligible before', 'c analysed']);
  });

  it('records a failure with its code and goes on', async () => {
    await writeFile(join(folder, 'other.nrrd'), String(lungsNrrd).replace('sizes: 4 3 2', 'sizes: 3 4 2'));
    const [first, second, third] = cases;
    assert.ok(first && second && third);
    cases = [first, { ...second, masks: { lungs: join(folder, 'other.nrrd') } }, third];
    const { metrics, told } = await run(async ({ id }) => {
      if (id === 'a') throw new TypeError('PATIENT^NAME');
      return output;
    });
    assert.deepEqual(told, ['a failed', 'b failed', 'c analysed']);
    assert.deepEqual(metrics.notMeasured, [
      { id: 'a', outcome: 'failed', codes: ['internal'] },
      { id: 'b', outcome: 'failed', codes: ['mask-grid-mismatch'] },
    ]);
    const failed = await saved('b');
    assert.match(failed.outcome === 'failed' ? failed.error.message : '', / mask: lungs\.$/);
    const unexpected = await saved('a');
    assert.doesNotMatch(JSON.stringify(unexpected), /PATIENT/);
    assert.ok(unexpected.outcome === 'failed');
    assert.match(unexpected.error.message, /error\.frames in cases\/a\.json says where/);
    assert.match(unexpected.error.frames ?? '', /^TypeError\n +at .*evaluate-cohort\.test\.ts:\d+/);
    const ajv = new Ajv();
    assert.ok(ajv.validate(CaseResultSchema, unexpected), ajv.errorsText());
  });

  it('goes on after a mask that is a folder, and after a link among the images that leads nowhere', async () => {
    await symlink(join(folder, 'gone'), join(folder, 'ct', 'dangling.dcm'));
    const [first, ...rest] = cases;
    assert.ok(first);
    cases = [{ ...first, masks: { lungs: join(folder, 'ct') } }, ...rest];
    const { metrics, told } = await run(async () => output);
    await rm(join(folder, 'ct', 'dangling.dcm'));
    assert.deepEqual(told, ['a failed', 'b analysed', 'c analysed']);
    assert.deepEqual(metrics.notMeasured, [{ id: 'a', outcome: 'failed', codes: ['mask-invalid'] }]);
  });

  it('stops when it is told to, and keeps what was finished', async () => {
    const cancel = new AbortController();
    const stopping = run(
      async ({ id }) => {
        if (id === 'b') {
          cancel.abort();
          throw new LobarError('cancelled', {});
        }
        return output;
      },
      {},
      cancel.signal,
    );
    await assert.rejects(stopping, { code: 'cancelled' });
    assert.deepEqual(await readdir(join(folder, 'out', 'cases')), ['a.json']);
  });
});
