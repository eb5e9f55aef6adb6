/** The pipeline as the service runs it, on a volume that is there: its second run in a process. */
import { checkConfig } from '../../src/config.ts';
import { openInferenceEngine } from '../../src/inference/open-inference-engine.ts';
import { modelsFolderOf } from '../../src/inference/shipped-models-folder.ts';
import type { Stage } from '../../src/pipeline/types.ts';
import { answerChildCase } from '../child-case.ts';
import { measure, peakRssMb } from '../resource-use.ts';
import { readVolume } from '../volume-file.ts';

export interface PipelineCase {
  /** Where the volume is. */
  readonly folder: string;
  readonly inference: object;
}

await answerChildCase<PipelineCase>(async ({ folder, inference: settings }) => {
  const volume = await readVolume(folder);
  const { inference } = checkConfig({ inference: settings });
  let networkMs = 0;
  const engine = await openInferenceEngine(inference, {
    modelsFolder: modelsFolderOf(inference),
    onInference: ({ seconds }) => {
      networkMs = seconds * 1000;
    },
  });
  await engine.analyse(volume, { keepMasks: true });
  const cpu = stageCpu();
  const { wallMs, cpuMs, result } = await measure(() =>
    engine.analyse(volume, { keepMasks: true, onProgress: cpu.hear }),
  );
  await engine.close();
  const stages = Object.entries(result.timingsMs).map(([stage, ms]) => [`${stage}Ms`, ms]);
  return {
    wallMs,
    cpuMs,
    networkMs,
    peakRss: peakRssMb(),
    ...Object.fromEntries(stages),
    ...cpu.sample(),
  };
});

/** User and system time of the process between the news that a stage begins and that it has ended, ms. */
function stageCpu() {
  const began = new Map<Stage, number>();
  const took: Record<string, number> = {};
  const now = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  return {
    hear(stage: Stage, fraction: number) {
      if (fraction === 0) began.set(stage, now());
      if (fraction === 1) took[`${stage}CpuMs`] = now() - (began.get(stage) ?? now());
    },
    sample: () => took,
  };
}
