import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { maskInvalid } from '../masks/mask-invalid.ts';
import { placeMask } from '../masks/place-mask.ts';
import { readMask } from '../masks/read-mask.ts';
import type { CtVolume } from '../volume/types.ts';
import type { CohortCase } from './cohort-case.ts';

/** What is known of a case, on the volume's grid, [z, y, x]. */
export interface TruthMasks {
  /** 1 inside; of the lobes where no mask of the lungs was given. */
  readonly lungs?: Uint8Array;
  /** 0, or index in `lobes` + 1. */
  readonly lobes?: Uint8Array;
  /** 1 where it is opaque. */
  readonly opacities?: Uint8Array;
}

const anything = () => 1;

/**
 * Reads the masks of a case onto its volume.
 *
 * @param lobeLabels the labels that the mask files have for RUL, RML, RLL, LUL, LLL
 * @throws LobarError `mask-invalid`, `mask-grid-mismatch`, `limit-exceeded`, with the column in its details
 */
export async function readTruth(
  { masks }: CohortCase,
  volume: CtVolume,
  lobeLabels: readonly number[],
  limits: LimitsConfig,
): Promise<TruthMasks> {
  const read = async (path: string | undefined, label: (value: number) => number) =>
    path === undefined ? undefined : placeMask(await readMask(path, limits), volume, label);
  const lobeOf = (value: number) => {
    const at = lobeLabels.indexOf(value);
    if (at === -1) {
      throw maskInvalid(`it has the label ${value}, which is none of the lobes' ${lobeLabels.join(', ')}`);
    }
    return at + 1;
  };
  const lobes = await named('lobes', () => read(masks.lobes, lobeOf));
  const given = await named('lungs', () => read(masks.lungs, anything));
  const opacities = await named('opacities', () => read(masks.opacities, anything));
  const lungs = given ?? lobes?.map((label) => (label === 0 ? 0 : 1));
  return {
    ...(lungs === undefined ? {} : { lungs }),
    ...(lobes === undefined ? {} : { lobes }),
    ...(opacities === undefined ? {} : { opacities }),
  };
}

/** Which of the three masks an error is about. */
async function named<Result>(column: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof LobarError)) throw error;
    throw Object.assign(error, { details: { ...error.details, mask: column } });
  }
}
