import { type Stage, stages } from '../../src/pipeline/types.ts';
import type { Rounds } from '../interleave.ts';
import { networkOf } from '../pipeline/pipeline-figures.ts';
import { whatBounds } from '../pipeline/what-bounds.ts';
import { spreadOf } from '../statistics.ts';
import { type GpuCase, metrics } from './gpu-figures.ts';

const head = (study: string) => `
What is measured: \`lobar serve\` with \`inference.provider: cuda\`, which takes the whole graph of every network or does not start:
nothing falls back to the CPU. The study is ${study}, 275 slices of 512 x 512 as JPEG-LS, from a PACS on loopback;
an EHR beside it is new for each publication. How to run it: [GPU.md](GPU.md).

- **POST to published** is the third analysis of a process.
- **three studies in line**: three clients, each of which asks for its study again as soon as it is answered, for
  publication to another EHR each time, so that each is drawn and written; places and line as by default. **GPU busy** is the mean of \`utilization.gpu\` of nvidia-smi, ten times a second: the part of the time in
  which some kernel ran, however few of its cores that kernel filled.
- **the networks alone**: raw \`session.run\` of the batches that the pipeline sends, on the same provider, one after the other.
- **start to ready** holds what the driver compiles, which it keeps for the next start.
`;

/** What docs/BENCHMARKS.md says below the figures: what bounds each stage, of the medians of the run. */
export function aboutGpu(study: string, measured: Rounds<GpuCase>, others: readonly string[]): string {
  const median = (name: GpuCase, quantity: string) => spreadOf(measured.values(name, quantity)).median;
  const bound = (stage: Stage) => {
    const network = networkOf[stage];
    return whatBounds({
      wallMs: median('pipeline', `${stage}Ms`),
      cpuMs: median('pipeline', `${stage}CpuMs`),
      floorMs: network === undefined ? 0 : median('floor', `${network}Ms`),
    });
  };
  const rows = stages.map((stage) => `| ${stage} | ${bound(stage)} |`);
  const table = ['| stage | bound by |', '| --- | --- |', ...rows].join('\n');
  return [head(study).trim(), table, ...others].join('\n\n');
}

/** Computed of the medians. */
export function whyMissed(measured: Rounds<GpuCase>): Readonly<Record<string, string>> {
  const median = (name: GpuCase, quantity: string) => spreadOf(measured.values(name, quantity)).median;
  const [wall, networks] = [median('service', 'warmMs'), median('floor', 'wallMs')];
  const percent = Math.round((100 * networks) / wall);
  return {
    [metrics.published]: `The networks alone are ${percent} % of it; the rest is what the CPU does before, between and after them. The stages are in the table above, what bounds them below.`,
    [metrics.busy]: `What the pipeline's one thread computes beside the networks keeps the GPU waiting, whose one lane has nothing to run then: the networks alone are ${percent} % of a study.`,
  };
}
