import type { ModelManifest } from './manifest.ts';
import { shapeFits, tensorShapes } from './tensor-shapes.ts';

/** What no schema can say about one manifest: every contradiction in it, each with its path. */
export function contradictions(manifest: ModelManifest): readonly string[] {
  return [
    ...shapeMistakes(manifest),
    ...contrastMistakes(manifest),
    ...thresholdMistakes(manifest),
    ...scalingMistakes(manifest),
    ...contextMistakes(manifest),
    ...channelMistakes(manifest),
    ...variantMistakes(manifest),
  ];
}

function shapeMistakes(manifest: ModelManifest): string[] {
  const wanted = tensorShapes(manifest);
  const sides = [
    ['inputs', manifest.inputs, wanted.input],
    ['outputs', manifest.outputs, wanted.output],
  ] as const;
  return sides.flatMap(([side, tensors, dims]) =>
    tensors
      .filter(({ shape }) => !shapeFits(shape, dims))
      .map(
        ({ shape }) =>
          `/${side}/0/shape is [${shape.join(', ')}], but preprocessing and labels make it [${dims.join(', ')}]`,
      ),
  );
}

function contrastMistakes(manifest: ModelManifest): string[] {
  if (manifest.task !== 'opacities' || manifest.preprocessing.bcet === undefined) return [];
  const { low, mean, high } = manifest.preprocessing.bcet;
  const mistakes: string[] = [];
  if (!(low < mean && mean < high)) {
    mistakes.push(`/preprocessing/bcet must have low < mean < high, but has ${low}, ${mean}, ${high}`);
  }
  if (manifest.preprocessing.range !== undefined) {
    mistakes.push('/preprocessing/range and bcet exclude each other: low and high of bcet are the range');
  }
  return mistakes;
}

/** A peak at the threshold would drop nothing, and one of 1 everything. */
function thresholdMistakes(manifest: ModelManifest): string[] {
  if (manifest.task !== 'opacities') return [];
  const { opacity, opacityPeak } = manifest.thresholds;
  if (opacityPeak === undefined || (opacity < opacityPeak && opacityPeak < 1)) return [];
  return [
    `/thresholds/opacityPeak must be above opacity (${opacity}) and below 1, but is ${opacityPeak}: leave it out to drop nothing`,
  ];
}

function scalingMistakes({ preprocessing, ...manifest }: ModelManifest): string[] {
  const { range, normalise } = preprocessing;
  const channels = tensorShapes({ preprocessing, ...manifest } as ModelManifest).input[1] ?? 1;
  const mistakes: string[] = [];
  if (range !== undefined && !(range[0] < range[1])) {
    mistakes.push(`/preprocessing/range must rise, but is [${range.join(', ')}]`);
  }
  for (const key of ['mean', 'std'] as const) {
    const count = normalise?.[key].length ?? 1;
    if (count === 1 || count === channels) continue;
    mistakes.push(
      `/preprocessing/normalise/${key} has ${count} numbers, but the input has ${channels} channel(s): give one, or one a channel`,
    );
  }
  return mistakes;
}

/** The slice itself is the middle channel: without a middle there is none. */
function contextMistakes(manifest: ModelManifest): string[] {
  if (manifest.task === 'classifier' || manifest.preprocessing.contextMm === undefined) return [];
  const channels = tensorShapes(manifest).input[1] ?? 1;
  if (channels > 1 && channels % 2 === 1) return [];
  return [
    `/preprocessing/contextMm needs an odd number of channels from 3 on, but there are ${channels}: correct channels, or leave it out if each shows the same slice`,
  ];
}

function channelMistakes({ task, activation, labels }: ModelManifest): string[] {
  if (task !== 'opacities') {
    return activation === 'sigmoid'
      ? ['/activation sigmoid does not make classes that exclude each other: use softmax, or none']
      : [];
  }
  const opacities = labels.filter((label) => label === 'opacity').length;
  if (opacities === 0) return ['/labels must name the channel of opacity'];
  if (activation === 'softmax' && labels.length === 1) {
    return ['/activation softmax of one channel is always 1: use sigmoid'];
  }
  if (activation === 'sigmoid' && opacities > 1) {
    return [
      `/activation sigmoid makes channels that may overlap, but /labels adds up ${opacities} of them: use softmax, or name one`,
    ];
  }
  return [];
}

function variantMistakes({ file, variants = [] }: ModelManifest): string[] {
  return variants.flatMap((variant, i) => {
    const before = variants.slice(0, i);
    return [
      ...(before.some(({ provider }) => provider === variant.provider)
        ? [`/variants/${i}/provider is ${variant.provider} again: a provider has one variant at most`]
        : []),
      ...([file, ...before.map((one) => one.file)].includes(variant.file)
        ? [`/variants/${i}/file is ${variant.file} again: a variant is a file of its own`]
        : []),
    ];
  });
}
