/** The service on a GPU: POST to published, how busy the GPU is, what bounds each stage. */
import { join } from 'node:path';
import { lobarNodeOptions } from '../../test/support/lobar-node-options.ts';
import { runChildCase } from '../child-case.ts';
import { openPeers } from '../end-to-end/open-peers.ts';
import { aboutGpu, whyMissed } from '../gpu/about.ts';
import { type GpuCase, gpuFigures } from '../gpu/gpu-figures.ts';
import { gpuMissing } from '../gpu/gpu-missing.ts';
import { gpuName } from '../gpu/gpu-name.ts';
import { writeGpuStudies } from '../gpu/gpu-studies.ts';
import { ehrs, type GpuPlace, measureGpu } from '../gpu/measure-gpu.ts';
import { watchGpu } from '../gpu/watch-gpu.ts';
import { interleave, type Rounds } from '../interleave.ts';
import type { Suite, SuiteContext, SuiteResult } from '../suite.ts';

export const suite: Suite = { name: 'gpu', title: 'On a GPU', missing: gpuMissing, run };

/** The first must load, by its name: nothing falls back. The other one comes with ONNX Runtime and needs Vulkan. */
const [cuda, webgpu] = ['cuda', 'webgpu'] as const;

async function run({ folder, rounds, note }: SuiteContext): Promise<SuiteResult> {
  note('makes three studies, starts PACS and EHR, and records what the networks are sent');
  const pacsFolder = join(folder, 'pacs');
  const { name, studyUids, patientIds, series } = await writeGpuStudies(pacsFolder, folder);
  const peers = await openPeers({ folder: pacsFolder, patientIds, ehrs });
  const place = { folder, peers, studyUids };
  try {
    // On the GPU, as a provider has batches of its own.
    await child('record-batches', { series, folder, inference: { provider: cuda } });
    const measured = await measureProvider(place, cuda, rounds, note);
    const second = await tryProvider(place, webgpu, rounds, note);
    return {
      figures: [
        ...gpuFigures(cuda, measured, true),
        ...(typeof second === 'string' ? [] : gpuFigures(webgpu, second, false)),
      ],
      versions: { node: process.versions.node, ...gpuName() },
      about: aboutGpu(name, measured, typeof second === 'string' ? [second] : []),
      whyMissed: { [cuda]: whyMissed(measured) },
    };
  } finally {
    peers.close();
  }
}

function child(script: string, argument: object) {
  return runChildCase(new URL(`../pipeline/${script}.ts`, import.meta.url), argument, lobarNodeOptions);
}

function measureProvider(
  place: GpuPlace,
  provider: string,
  rounds: number,
  note: SuiteContext['note'],
): Promise<Rounds<GpuCase>> {
  const inference = { provider };
  const asked = { folder: place.folder, inference };
  return interleave<GpuCase>(
    rounds,
    {
      service: () => measureGpu(place, inference, watchGpu),
      pipeline: () => child('pipeline-case', asked),
      floor: () => child('floor-case', { ...asked, lanes: 'one' }),
    },
    (done) => note(`${provider}, round ${done}`),
  );
}

/** What was measured, or in words why it was not. */
async function tryProvider(...[place, provider, rounds, note]: Parameters<typeof measureProvider>) {
  try {
    return await measureProvider(place, provider, rounds, note);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const reason = /provider-unavailable[^\n]*|not available[^\n]*/.exec(said)?.[0] ?? said.split('\n')[0];
    note(`${provider} is not measured: ${reason}`);
    return `- **${provider}** was not measured: ${reason}`;
  }
}
