import type { Notice } from '../../errors.ts';
import { countLabels } from '../../volume/count-labels.ts';
import { nextOccupied, scanMask } from '../../volume/mask-scan.ts';
import { voxelMl } from '../../volume/types.ts';
import { lobes } from '../types.ts';
import { sideOfLabel } from './lung-sides.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import type { WorkGrid } from './work-grid.ts';

/** Both lungs of an adult, from badly collapsed to the largest at full breath (mL). */
const lungMl = { min: 1000, max: 10_000 };
/** The smaller lung holds at least this part of the larger one, unless one is collapsed or lost. */
const leastOfOther = 0.4;
const leastLobeMl = 10;
/** Overlap (Dice) of network and threshold below which one of them has failed. */
const leastAgreement = 0.8;
/** More than this between parts of a lung is not the heart's edge or a large vessel (mL). */
const mostLeftOutMl = 10;
/** More lung than this in the first or last slice of the scan means that some is missing beyond (mm2). */
const cutMm2 = 2000;

/**
 * What is doubtful about the lungs found, for the reader of the report. Codes are stable.
 *
 * @param leftOutMl as `uniteLungs` gives it
 */
export function lungNotices(
  grid: WorkGrid,
  labels: Uint8Array,
  aerated: Uint8Array,
  network: GridLobes,
  leftOutMl: number,
): readonly Notice[] {
  const millilitres = lobeMl(grid, labels);
  const total = millilitres.reduce((a, b) => a + b, 0);
  if (total === 0) return [{ code: 'lungs-not-found', text: 'No lung was found in this series.' }];
  return [
    ...volumeNotices(total),
    ...symmetryNotices(millilitres),
    ...emptyLobeNotices(millilitres),
    ...agreementNotices(aerated, network),
    ...leftOutNotices(leftOutMl),
    ...coverageNotices(grid, labels),
  ];
}

/** Volume of each label, mL; 0 for the background. */
function lobeMl({ spacingMm }: WorkGrid, labels: Uint8Array): number[] {
  return Array.from(countLabels(labels).subarray(0, lobes.length + 1), (count) => count * voxelMl(spacingMm));
}

function volumeNotices(total: number): Notice[] {
  if (total >= lungMl.min && total <= lungMl.max) return [];
  const litres = (total / 1000).toFixed(1);
  const text = `The lungs found hold ${litres} L; an adult's hold 1 to 10 L. Check the lung outline.`;
  return [{ code: 'lungs-implausible-volume', text }];
}

function symmetryNotices(millilitres: readonly number[]): Notice[] {
  const perSide = [0, 0, 0];
  millilitres.forEach((ml, label) => {
    const side = sideOfLabel[label] as number;
    perSide[side] = (perSide[side] as number) + ml;
  });
  const [, right = 0, left = 0] = perSide;
  if (Math.min(right, left) >= leastOfOther * Math.max(right, left)) return [];
  const smaller = right < left ? 'right' : 'left';
  const text = `The ${smaller} lung found is much smaller than the other: collapsed, removed, or not recognised.`;
  return [{ code: 'lungs-asymmetric', text }];
}

function emptyLobeNotices(millilitres: readonly number[]): Notice[] {
  const empty = lobes.filter((_, index) => (millilitres[index + 1] as number) < leastLobeMl);
  if (empty.length === 0) return [];
  const text = `Nothing was found of: ${empty.join(', ')}. Its numbers mean nothing.`;
  return [{ code: 'lobe-empty', text }];
}

function agreementNotices(aerated: Uint8Array, network: GridLobes): Notice[] {
  const { lung } = network;
  const end = aerated.length;
  let both = 0;
  let sum = 0;
  const air = scanMask(aerated);
  for (let i = nextOccupied(air, 0, end); i < end; i = nextOccupied(air, i, end)) {
    for (; i < end && aerated[i] !== 0; i++) {
      sum++;
      if ((lung[i] as number) >= likelyLung) both++;
    }
  }
  const named = scanMask(lung);
  for (let i = nextOccupied(named, 0, end); i < end; i = nextOccupied(named, i, end)) {
    for (; i < end && lung[i] !== 0; i++) if ((lung[i] as number) >= likelyLung) sum++;
  }
  if (sum === 0 || 2 * both >= leastAgreement * sum) return [];
  const text =
    'Network and threshold disagree about the lungs (much dense disease, or an unusual scan). Check the lung outline.';
  return [{ code: 'lungs-disagree', text }];
}

function leftOutNotices(leftOutMl: number): Notice[] {
  if (leftOutMl <= mostLeftOutMl) return [];
  const text = `At least ${Math.round(leftOutMl)} mL of dense tissue between parts of the lungs were not counted as lung: consolidation may be missing. Check the lung outline.`;
  return [{ code: 'lungs-dense-left-out', text }];
}

function coverageNotices({ shape, spacingMm }: WorkGrid, labels: Uint8Array): Notice[] {
  const slice = shape[1] * shape[2];
  const areaMm2 = (start: number) => {
    let pixels = 0;
    for (let i = start; i < start + slice; i++) if (labels[i] !== 0) pixels++;
    return pixels * spacingMm[1] * spacingMm[2];
  };
  if (areaMm2(0) <= cutMm2 && areaMm2(labels.length - slice) <= cutMm2) return [];
  const text =
    'The scan begins or ends inside the lungs: volumes and percentages are of the part that was scanned.';
  return [{ code: 'lungs-cut-off', text }];
}
