import { type Stage, stages } from '../../src/pipeline/types.ts';
import { quantityOf, type Rounds } from '../interleave.ts';
import { spreadOf } from '../statistics.ts';
import { fasterFloor } from './faster-floor.ts';
import { networkOf, type PipelineCaseName } from './pipeline-figures.ts';
import { whatBounds } from './what-bounds.ts';

const head = `
What is measured: the pipeline as the service runs it, on the volume of LIDC-IDRI-0314 (275 slices of 512 x 512), with
the shipped packages on all cores of the CPU, of which those that look at slices run as INT8 there; its second run in a
process. CPU is that of the whole process.

- **floor, one session**: raw \`session.run\` of exactly the batches that the pipeline sends, recorded once, by one session a
  network that uses all cores; nothing else runs. The sum over the networks.
- **floor, a session a core**: the same batches by as many threads as there are cores, each with sessions of one
  thread, which take whatever is next, as if no network had to wait for what another one found.
- **compute floor** is the faster of the two in each round; *its network alone* is that network's part of it.
- **copying the volume** (144 MB) into fresh memory is what touching all of it once costs.
- **in the networks** is the time in which at least one network of the pipeline was at work, by its own clock; runs side
  by side count once. **wall beyond the floor** is the rest, with what the networks lose while others use the cores.
`;

/** What docs/BENCHMARKS.md says below the figures: what bounds each stage, of the medians of the run. */
export function aboutPipeline(measured: Rounds<PipelineCaseName>): string {
  const median = (name: PipelineCaseName, quantity: string) =>
    spreadOf(measured.values(name, quantity)).median;
  const floorOf = (quantity: string) =>
    spreadOf(measured.each((round) => quantityOf(fasterFloor(round), quantity))).median;
  const bound = (stage: Stage) => {
    const network = networkOf[stage];
    return whatBounds({
      wallMs: median('pipeline', `${stage}Ms`),
      cpuMs: median('pipeline', `${stage}CpuMs`),
      floorMs: network === undefined ? 0 : floorOf(`${network}Ms`),
    });
  };
  const rows = stages.map((stage) => `| ${stage} | ${bound(stage)} |`);
  return [head.trim(), ['| stage | bound by |', '| --- | --- |', ...rows].join('\n')].join('\n\n');
}
