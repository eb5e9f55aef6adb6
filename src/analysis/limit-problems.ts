import type { LimitsConfig } from '../config-schema.ts';
import type { InstanceHeader } from '../dicom/instance-header.ts';
import type { Notice } from '../errors.ts';

/** Limits that a series shows by its headers to be over, before it is fetched. */
export type SeriesLimits = Pick<LimitsConfig, 'instances' | 'voxels'>;

/** [ours] Reasons `over-limit` against one stack of a series, of which all instances are fetched in any case. */
export function limitProblems(
  stack: readonly InstanceHeader[],
  series: readonly InstanceHeader[],
  limits: SeriesLimits,
): readonly Notice[] {
  const instances = series.filter(({ frameNumber }) => frameNumber === 1).length;
  const voxels = stack.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  const found = { instances, voxels };
  return (['instances', 'voxels'] as const)
    .filter((name) => found[name] > limits[name])
    .map((name) => {
      const over = `The series has ${found[name]} ${name}, over the limit limits.${name} (${limits[name]})`;
      return { code: 'over-limit', text: `${over}. Raise it in the configuration if they are legitimate.` };
    });
}
