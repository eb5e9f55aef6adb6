import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whyMissed } from '../../bench/end-to-end/about.ts';
import {
  coresAllow,
  type EndToEndCase,
  endToEndFigures,
  type OtherNetworksCase,
  timedStages,
} from '../../bench/end-to-end/end-to-end-figures.ts';
import type { FigureDraft } from '../../bench/figure.ts';
import { interleave, type Sample } from '../../bench/interleave.ts';
import { aboutPipeline } from '../../bench/pipeline/about.ts';
import { type PipelineCaseName, pipelineFigures } from '../../bench/pipeline/pipeline-figures.ts';
import { type StartCase, startFigures } from '../../bench/start/start-figures.ts';

/** One round of samples that are written down. Expected values below are calculated by hand from them. */
const roundOf = <Case extends string>(samples: Readonly<Record<Case, Sample>>) => {
  const cases = Object.entries<Sample>(samples).map(([name, sample]) => [name, async () => sample]);
  return interleave(1, Object.fromEntries(cases) as Record<Case, () => Promise<Sample>>);
};

const valuesOf = (figures: readonly FigureDraft[], of: string, metric: string) =>
  figures.find((figure) => figure.case === of && figure.metric === metric)?.values;

const floor = { wallMs: 5000, cpuMs: 9000, lungsLobesMs: 2300, classifierMs: 40, opacitiesMs: 2600 };
/** The faster one: targets are held against it. */
const lanes = { wallMs: 4000, cpuMs: 8000, lungsLobesMs: 2000, classifierMs: 40, opacitiesMs: 1960 };

describe('The figures of the pipeline', () => {
  const samples: Record<PipelineCaseName, Sample> = {
    pipeline: {
      ...{ wallMs: 8000, cpuMs: 12_000, networkMs: 5200, peakRss: 800 },
      ...{ lungsMs: 4600, classifyMs: 200, opacitiesMs: 3120, quantifyMs: 80 },
      ...{ lungsCpuMs: 7000, classifyCpuMs: 240, opacitiesCpuMs: 5616, quantifyCpuMs: 80 },
    },
    floor,
    lanes,
    copy: { wallMs: 80 },
  };

  it('are ratios against the floor of the same round', async () => {
    const figures = pipelineFigures(await roundOf(samples), { lungsLobes: 35, classifier: 1, opacities: 60 });
    assert.deepEqual(valuesOf(figures, 'pipeline', 'wall / compute floor'), [2]);
    assert.deepEqual(valuesOf(figures, 'pipeline', 'wall / floor, one session'), [1.6]);
    assert.deepEqual(valuesOf(figures, 'pipeline', 'wall / floor, a session a core'), [2]);
    assert.deepEqual(valuesOf(figures, 'pipeline', 'wall / copying the volume'), [100]);
    assert.deepEqual(valuesOf(figures, 'pipeline', 'wall beyond the floor'), [4]);
    assert.deepEqual(valuesOf(figures, 'pipeline', 'cores busy'), [1.5]);
    assert.deepEqual(valuesOf(figures, 'pipeline', 'CPU / that of the compute floor'), [1.5]);
    assert.deepEqual(valuesOf(figures, 'lungs', 'wall / its network alone'), [2.3]);
    assert.deepEqual(valuesOf(figures, 'opacities', 'wall / its network alone'), [3120 / 1960]);
    assert.deepEqual(valuesOf(figures, 'opacities', 'batches'), [60]);
  });

  it('say of each stage what bounds it', async () => {
    const about = aboutPipeline(await roundOf(samples));
    // 2000 of 4600 ms is not more than half; 7000 ms of CPU in 4600 ms are 1.5 cores.
    assert.match(about, /\| lungs \| JavaScript, 57 % of its time, in several threads; 1\.5 cores busy \|/);
    assert.match(about, /\| opacities \| its network, 63 % of its time; 1\.8 cores busy \|/);
    assert.match(about, /\| quantify \| JavaScript, 100 % of its time, in one thread; 1\.0 cores busy \|/);
  });
});

describe('The figures from end to end', () => {
  const stageMs = Object.fromEntries(timedStages.map((stage) => [`${stage}Ms`, 100]));
  const samples: Record<EndToEndCase, Sample> = {
    floor,
    lanes,
    process: {
      ...stageMs,
      ...{ lungsMs: 4300, opacitiesMs: 3200, classifyMs: 90, reportMs: 1500 },
      ...{ readyRss: 400, peakRss: 990, pairPeakRss: 1200, eventLoopP99Ms: 8 },
      ...{ firstMs: 12_000, warmMs: 10_000, warmCpuMs: 15_000, warmPeersCpuMs: 1000 },
      ...{ jpegLsMs: 10_500, jpegLsCpuMs: 16_000, pairMs: 20_000, pairCpuMs: 38_000 },
    },
    two: { wallMs: 17_000, peakRss: 1800 },
    curl: { wallMs: 200 },
    curlJpegLs: { wallMs: 100 },
  };
  const fullWidth: Record<OtherNetworksCase, Sample> = {
    floor: { wallMs: 30_000 },
    lanes: { wallMs: 32_000 },
    process: { wallMs: 36_000, peakRss: 1300 },
  };
  const fp32: Record<OtherNetworksCase, Sample> = {
    floor: { wallMs: 5000 },
    lanes: { wallMs: 4000 },
    process: { wallMs: 7000, peakRss: 1000 },
  };
  const others = async () => ({ fp32: await roundOf(fp32), fullWidth: await roundOf(fullWidth) });

  it('are ratios against the floor of the same round, and against one study and one process', async () => {
    const figures = endToEndFigures(await roundOf(samples), await others(), 2);
    assert.deepEqual(valuesOf(figures, '275 slices', 'POST to published / compute floor'), [2.5]);
    assert.deepEqual(valuesOf(figures, '275 slices', 'POST to published / floor, one session'), [2]);
    assert.deepEqual(valuesOf(figures, '275 slices', 'POST to published / floor, a session a core'), [2.5]);
    assert.deepEqual(valuesOf(figures, '275 slices', 'POST to published, beyond the compute floor'), [6]);
    assert.deepEqual(valuesOf(figures, '275 slices', 'cores busy'), [1.6]);
    assert.deepEqual(valuesOf(figures, '275 slices', 'CPU of the service / that of the compute floor'), [
      15 / 8,
    ]);
    assert.deepEqual(valuesOf(figures, '275 slices, JPEG-LS', 'POST to published / compute floor'), [2.625]);
    assert.deepEqual(valuesOf(figures, 'two studies at once', 'time / that of one study'), [2]);
    assert.deepEqual(
      valuesOf(figures, '275 slices, full-width U-Net', 'POST to published / compute floor'),
      [1.2],
    );
    assert.deepEqual(valuesOf(figures, '275 slices, fp32', 'POST to published / compute floor'), [1.75]);
    assert.deepEqual(valuesOf(figures, '275 slices, fp32', 'POST to published / floor, one session'), [1.4]);
    assert.deepEqual(
      valuesOf(figures, '275 slices, fp32', 'POST to published, beyond the compute floor'),
      [3],
    );
  });

  it('hold two processes against what the cores allow with the CPU time of a study alone', async () => {
    // A study alone takes 16 s of CPU, two take 16 s on two cores, 20 s were taken: 1.25 x. Two processes: 20 / 17 x.
    assert.equal(coresAllow({ pairMs: 20_000, aloneCpuMs: 16_000, cores: 2 }), 1.25);
    const figures = endToEndFigures(await roundOf(samples), await others(), 2);
    assert.deepEqual(valuesOf(figures, 'two processes', 'what the cores allow'), [1.25]);
    assert.deepEqual(valuesOf(figures, 'two processes', 'throughput / that of one process'), [20 / 17]);
    assert.deepEqual(valuesOf(figures, 'two processes', 'throughput / what the cores allow'), [
      20 / 17 / 1.25,
    ]);
  });

  it('say why a target is missed by what was measured, the largest part first', async () => {
    const reasons = whyMissed(await roundOf(samples), await others(), 2);
    const text = reasons['275 slices']?.['POST to published / compute floor'] ?? '';
    // lungs 4300 - 2000, report 1500, opacities 3200 - 1960.
    assert.match(text, /by stage: lungs 2\.3 s, report 1\.5 s, opacities 1\.2 s, /);
    assert.match(text, /used 15\.0 s of CPU, PACS and EHR 1\.0 s, on 2 cores/);
    assert.match(
      reasons['275 slices, full-width U-Net']?.['POST to published / compute floor'] ?? '',
      /6\.0 s come on top of 30\.0 s/,
    );
  });
});

describe('The figures of a start', () => {
  it('are held against a process that only opens the networks', async () => {
    const samples: Record<StartCase, Sample> = {
      first: { wallMs: 3000, cpuMs: 3500, rss: 480, peakRss: 490 },
      again: { wallMs: 2400, cpuMs: 2800, rss: 410, peakRss: 410 },
      networks: { wallMs: 1200, rss: 300 },
    };
    const figures = startFigures(await roundOf(samples), 322);
    assert.deepEqual(valuesOf(figures, 'first start', 'ready after'), [3]);
    assert.deepEqual(valuesOf(figures, 'first start', 'ready after / networks alone'), [2.5]);
    assert.deepEqual(valuesOf(figures, 'next start', 'ready after / networks alone'), [2]);
    assert.deepEqual(valuesOf(figures, 'image', 'unpacked'), [322]);
    assert.equal(valuesOf(startFigures(await roundOf(samples), undefined), 'image', 'unpacked'), undefined);
  });
});
