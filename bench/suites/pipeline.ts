/** What the pipeline takes beside the arithmetic of its networks. */
import { join } from 'node:path';
import { lobarNodeOptions } from '../../test/support/lobar-node-options.ts';
import { runChildCase } from '../child-case.ts';
import { interleave, type Sample } from '../interleave.ts';
import { aboutPipeline } from '../pipeline/about.ts';
import type { FloorCase } from '../pipeline/floor-case.ts';
import { type PipelineCaseName, pipelineFigures } from '../pipeline/pipeline-figures.ts';
import { realStudyMissing, unpackRealStudy } from '../real-study.ts';
import { measure } from '../resource-use.ts';
import type { Suite, SuiteContext, SuiteResult } from '../suite.ts';
import { readVolume } from '../volume-file.ts';

export const suite: Suite = {
  name: 'pipeline',
  title: 'The pipeline',
  missing: () => realStudyMissing,
  run,
};

const inference = { provider: 'cpu' } as const;

async function run({ folder, rounds, note }: SuiteContext): Promise<SuiteResult> {
  note('makes the volume, and records what the networks are sent');
  const series = join(folder, 'series');
  await unpackRealStudy(series);
  const child = (script: string, more: object = {}) =>
    runChildCase(
      new URL(`../pipeline/${script}.ts`, import.meta.url),
      { folder, inference, ...more },
      lobarNodeOptions,
    );
  const floor = (lanes: FloorCase['lanes']) => child('floor-case', { lanes });
  const batches = await child('record-batches', { series });
  const measured = await interleave<PipelineCaseName>(
    rounds,
    {
      floor: () => floor('one'),
      pipeline: () => child('pipeline-case'),
      lanes: () => floor('a core'),
      copy: () => copyVolume(folder),
    },
    (done) => note(`round ${done}`),
  );
  return {
    figures: pipelineFigures(measured, batches),
    versions: { node: process.versions.node },
    about: aboutPipeline(measured),
    whyMissed: {},
  };
}

/** The floor of memory: every voxel read once and written once. */
async function copyVolume(folder: string): Promise<Sample> {
  const { data } = await readVolume(folder);
  const { wallMs } = await measure(async () => new Int16Array(data.length).set(data));
  return { wallMs };
}
