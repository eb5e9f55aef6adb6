import type { InputScaling, SliceNetworkParameters } from './types.ts';

/** What becomes of a value in [0, 1] before a channel of a network sees it: value * slope + offset. */
export interface ChannelScale {
  readonly slope: number;
  readonly offset: number;
}

const asItIs: ChannelScale = { slope: 1, offset: 0 };

/**
 * The range and the normalisation of a network as one straight line a channel: [0, 1] is carried onto the range,
 * then (value - mean) / std is taken.
 */
export function channelScales({ range, normalise }: InputScaling, channels: number): readonly ChannelScale[] {
  if (range === undefined && normalise === undefined) return Array.from({ length: channels }, () => asItIs);
  const [low, high] = range ?? [0, 1];
  return Array.from({ length: channels }, (_, channel) => {
    const mean = normalise?.mean[channel] ?? normalise?.mean[0] ?? 0;
    const std = normalise?.std[channel] ?? normalise?.std[0] ?? 1;
    return { slope: (high - low) / std, offset: (low - mean) / std };
  });
}

/** Writes a plane (or volume) of values in [0, 1] as a channel has them. `out` may be `plane` itself. */
export function writeChannel(plane: Float32Array, { slope, offset }: ChannelScale, out: Float32Array): void {
  if (slope === 1 && offset === 0) {
    if (out !== plane) out.set(plane);
    return;
  }
  for (let i = 0; i < plane.length; i++) out[i] = (plane[i] as number) * slope + offset;
}

/**
 * Which slice each channel of a sample shows, as offsets in slices from the one that is asked about, feet to
 * head: with three channels one `contextMm` below, the slice, one above; without it the slice itself in each.
 */
export function channelOffsets(
  { contextMm }: Pick<SliceNetworkParameters, 'contextMm'>,
  channels: number,
  sliceMm: number,
): readonly number[] {
  const step = contextMm === undefined ? 0 : Math.max(1, Math.round(contextMm / sliceMm));
  return Array.from({ length: channels }, (_, channel) => (channel - (channels - 1) / 2) * step);
}
