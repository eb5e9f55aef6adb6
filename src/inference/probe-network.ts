import { classify } from '../pipeline/classify.ts';
import { bodyMask } from '../pipeline/lungs/body-mask.ts';
import { askSliceNetwork } from '../pipeline/lungs/slice-network.ts';
import { makeWorkGrid } from '../pipeline/lungs/work-grid.ts';
import { segmentOpacities } from '../pipeline/opacities.ts';
import { openOpacityPlanes } from '../pipeline/opacity-planes.ts';
import {
  type LungNetworkParameters,
  lobes as lobeNames,
  lungSideNames,
  type Network,
} from '../pipeline/types.ts';
import type { ModelManifest } from './manifest.ts';
import { classifierParameters, lungParameters, opacityParameters } from './pipeline-parameters.ts';
import { probeChest } from './probe-chest.ts';

export interface Probe {
  /** Runs of one batch each, and the median of their times, ms. */
  readonly runs: number;
  readonly batchMs: number;
  /** The smallest and the largest number that the network answered. */
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Asks a network about a made-up chest with the very code of its stage of the pipeline.
 *
 * @throws LobarError `inference-failed` where its answers cannot be what they should be
 */
export async function probeNetwork(network: Network, manifest: ModelManifest): Promise<Probe> {
  const times: number[] = [];
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  const watched: Network = async (input) => {
    const start = performance.now();
    const answer = await network(input);
    times.push(performance.now() - start);
    for (const value of answer.data) {
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
    return answer;
  };
  await runStage(watched, manifest);
  const batchMs = times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
  return { runs: times.length, batchMs, lowest, highest };
}

async function runStage(network: Network, manifest: ModelManifest): Promise<void> {
  const { volume, lobes } = probeChest();
  const hooks = { onProgress: () => {}, throwIfCancelled: () => {} };
  const ask = async <Part extends string>(
    parameters: LungNetworkParameters<Part>,
    parts: readonly Part[],
    name: string,
  ) => {
    const grid = makeWorkGrid(volume);
    const asked = { network, parameters, parts, name };
    await askSliceNetwork(volume, grid, bodyMask(grid), asked, { ...hooks, onFraction: () => {} });
  };
  switch (manifest.task) {
    case 'lungs-lobes':
      return await ask(lungParameters(manifest), lobeNames, 'lobe');
    case 'lungs':
      return await ask(lungParameters(manifest), lungSideNames, 'lung');
    case 'classifier':
      await classify(volume, lobes, network, classifierParameters(manifest), hooks);
      return;
    case 'opacities': {
      const parameters = opacityParameters(manifest);
      const planes = openOpacityPlanes(volume, network, parameters, hooks);
      await segmentOpacities(volume, lobes, planes, parameters, hooks);
    }
  }
}
