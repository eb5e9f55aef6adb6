import { quantityOf, type Rounds } from '../interleave.ts';
import { fasterFloor } from '../pipeline/faster-floor.ts';
import { networkOf } from '../pipeline/pipeline-figures.ts';
import { spreadOf } from '../statistics.ts';
import type { SuiteResult } from '../suite.ts';
import {
  type EndToEndCase,
  metrics,
  names,
  type OtherNetworks,
  type OtherNetworksCase,
  timedStages,
} from './end-to-end-figures.ts';

/** What docs/BENCHMARKS.md says below the figures of the suite. */
export const about = `
What is measured: \`lobar serve\` as \`npm run lobar\` starts it, with its defaults on the CPU and the shipped packages
(of which those that look at slices run as INT8), from \`POST /v1/analyses\` to the answer that the EHR holds the report,
PDF and all. Study: LIDC-IDRI-0314, 275 slices of 512 x 512, in implicit little endian and as JPEG-LS lossless (by
dcmtk). PACS and EHR are the embedded ones, in one other process on the same cores: what they take is taken from the
service. The EHR is a new one before each analysis, so that every one is published.

- Each round starts a process: its first study, then the same as JPEG-LS, then as it was once more, now that the process
  is warm, and two at once (the same scan under two names). Its **peak RSS** is the kernel's (VmHWM) before the two.
- **floor, one session**: raw \`session.run\` of exactly the batches that the pipeline sends for this study, by one session
  a network that uses all cores, in a process of its own in the same round. **floor, a session a core** is the same by
  as many threads as there are cores, with sessions of one thread that wait for nothing but their turn. **compute
  floor** is the faster of the two in each round: the targets are held against it.
- **two processes** have one lane of one thread for the networks and one thread for decoding, and are warm. **What the
  cores allow**: two studies at once in one process would be so much faster, were all cores busy all the time and
  took each study the CPU time that one takes alone, PACS and EHR included.
- **fp32**: the same packages with \`inference.variants: none\`. It has the same work around larger floors.
- **full-width U-Net**: the network of the opacities is the paper's at its full width (24.4 million parameters) with
  random weights, which mark nothing; two rounds at most (one, where all have fewer than five), of a process that
  analysed a small phantom before.
`;

/** Why targets are missed, where they are: what was measured of the parts, medians. */
export function whyMissed(
  measured: Rounds<EndToEndCase>,
  { fp32, fullWidth }: OtherNetworks,
  cores: number,
): SuiteResult['whyMissed'] {
  const median = (name: EndToEndCase, quantity: string) => spreadOf(measured.values(name, quantity)).median;
  const s = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const parts = timedStages
    .map((stage) => {
      const network = networkOf[stage as keyof typeof networkOf];
      const floorMs = network === undefined ? 0 : floorOf(measured, `${network}Ms`);
      return { stage, ms: median('process', `${stage}Ms`) - floorMs };
    })
    .toSorted((a, b) => b.ms - a.ms)
    .map(({ stage, ms }) => `${stage} ${s(ms)}`)
    .join(', ');
  const beyond = `Beyond what the networks take alone, by stage: ${parts}.`;
  const [cpu, peers] = [median('process', 'warmCpuMs'), median('process', 'warmPeersCpuMs')];
  const used = `The service used ${s(cpu)} of CPU, PACS and EHR ${s(peers)}, on ${cores} cores.`;
  const memory = `It held ${Math.round(median('process', 'readyRss'))} MB when it was ready, and the volume itself is 144 MB.`;
  const onTop = (other: Rounds<OtherNetworksCase>) => {
    const floor = floorOf(other, 'wallMs');
    return `${s(spreadOf(other.values('process', 'wallMs')).median - floor)} come on top of ${s(floor)}.`;
  };
  const pairCpu = median('process', 'pairCpuMs');
  const alone = `A study alone takes ${s(cpu + peers)} of CPU.`;
  const pair = `Two studies took ${s(pairCpu)} of CPU on ${cores} cores, PACS and EHR included, so ${s(pairCpu / cores)} at best, and ${s(median('process', 'pairMs'))} in fact.`;
  const byStage = `By stage, with the default files: ${parts}.`;
  const withFp32 = `${onTop(fp32)} ${byStage}`;
  return {
    [names.raw]: {
      [metrics.overFloor]: `${beyond} ${used}`,
      [metrics.beyond]: `${beyond} ${used}`,
      [metrics.peak]: memory,
    },
    [names.pair]: { [metrics.second]: pair },
    [names.two]: { [metrics.share]: `${pair} ${alone}` },
    [names.fp32]: { [metrics.overFloor]: withFp32, [metrics.beyond]: withFp32 },
    [names.fullWidth]: { [metrics.overFloor]: `${onTop(fullWidth)} ${byStage}` },
  };
}

/** Of the faster floor of each round, the median. */
function floorOf({ each }: Pick<Rounds<OtherNetworksCase>, 'each'>, quantity: string): number {
  return spreadOf(each((round) => quantityOf(fasterFloor(round), quantity))).median;
}
