import type { Notice } from '../errors.ts';
import type { CtVolume } from '../volume/types.ts';
import { classify } from './classify.ts';
import { lungVolumeMl, measureInvolvement } from './involvement.ts';
import { segmentOpacities } from './opacities.ts';
import { type OpacityPlanes, openOpacityPlanes } from './opacity-planes.ts';
import { type LungNetwork, segmentLungs } from './segment-lungs.ts';
import { severityOf } from './severity.ts';
import { StageRunner } from './stage-runner.ts';
import type {
  Findings,
  PipelineHooks,
  PipelineMasks,
  PipelineNetworks,
  PipelineParameters,
  Stage,
} from './types.ts';

export interface PipelineOptions {
  /** With less lung than this the volume is no chest: nothing but the lungs is looked for. */
  readonly minLungMl?: number;
  /** The clock of the timings, ms. */
  readonly now?: () => number;
}

interface Told {
  readonly warnings: readonly Notice[];
  /** Wall time by stage; 0 for one that did not run. */
  readonly timingsMs: Readonly<Record<Stage, number>>;
}

export type PipelineResult =
  | (Told & {
      readonly kind: 'found';
      readonly findings: Findings;
      readonly masks: PipelineMasks;
      /** Index z of the slice with the largest area of opacity; absent where there is none. */
      readonly mostAffectedSlice?: number;
    })
  | (Told & { readonly kind: 'too-little-lung'; readonly lungMl: number });

/**
 * The whole of PIPELINE.md 3 to 6: lungs and lobes, classification, opacities, numbers. Progress is told from
 * 0 to 1 for each stage that runs. The opacity network begins as soon as it is known which slices probably have lung.
 *
 * @throws LobarError `inference-failed` when a network's answer cannot be what it should be; whatever
 * `hooks.throwIfCancelled` throws
 */
export async function runPipeline(
  volume: CtVolume,
  networks: PipelineNetworks,
  parameters: PipelineParameters,
  { minLungMl = 0, now = () => performance.now() }: PipelineOptions,
  hooks: PipelineHooks,
): Promise<PipelineResult> {
  const planes = openOpacityPlanes(volume, networks.opacities, parameters.opacities, hooks);
  try {
    return await runStages(
      volume,
      networks,
      parameters,
      minLungMl,
      planes,
      new StageRunner(hooks, now),
      hooks.onLobes,
    );
  } finally {
    // Where a stage threw or found too little lung, nothing that was begun goes on behind the back of who called.
    await planes.stop();
  }
}

async function runStages(
  volume: CtVolume,
  networks: PipelineNetworks,
  parameters: PipelineParameters,
  minLungMl: number,
  planes: OpacityPlanes,
  runner: StageRunner,
  onLobes: PipelineHooks['onLobes'],
): Promise<PipelineResult> {
  const { lobes, lungMl, warnings } = await runner.run('lungs', async (stageHooks) => {
    const lungs = await segmentLungs(
      volume,
      networks.lungsLobes,
      parameters.lungsLobes,
      // While the lungs are worked out on one core, the opacity network has the others.
      { ...stageHooks, onLikelySlices: planes.begin },
      lungNetworkOf(networks, parameters),
    );
    return { ...lungs, lungMl: lungVolumeMl(lungs.lobes, volume.spacingMm) };
  });
  if (lungMl < minLungMl) {
    return { kind: 'too-little-lung', lungMl, warnings, timingsMs: runner.timingsMs };
  }

  const classification = await runner.run('classify', (stageHooks) => {
    const classified = classify(volume, lobes, networks.classifier, parameters.classifier, stageHooks);
    // Now that the classifier has its volume, no network waits for whoever hears of the lobes.
    onLobes?.(lobes);
    return classified;
  });

  const opacities = await runner.run('opacities', (stageHooks) =>
    segmentOpacities(volume, lobes, planes, parameters.opacities, stageHooks),
  );

  const masks = { lobes, opacities };
  const measured = await runner.run('quantify', () =>
    measureInvolvement(masks, volume.spacingMm, parameters.opacities.noiseFloorMl),
  );

  const { involvement, ...slice } = measured;
  const findings = { classification, involvement, severity: severityOf(involvement.lobes) };
  return { kind: 'found', findings, masks, ...slice, warnings, timingsMs: runner.timingsMs };
}

function lungNetworkOf(networks: PipelineNetworks, parameters: PipelineParameters): LungNetwork | undefined {
  if (networks.lungs === undefined || parameters.lungs === undefined) return undefined;
  return { network: networks.lungs, parameters: parameters.lungs };
}
