import { findComponents, meansOf, type RunComponents } from '../../volume/components.ts';
import { voxelMl } from '../../volume/types.ts';
import { tissueHu } from './body-mask.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import { givenBack } from './reclaim-lungs.ts';
import type { WorkGrid } from './work-grid.ts';

/** Gas in stomach or bowel is darker than any lung, emphysema included (mean HU). */
const gasHu = -962;
/** What the network vouches for may be small. */
const vouchedMl = 0.3;
/** It need not vouch for a whole lung: it may have missed a side. */
const largeMl = 100;
const largeFraction = 0.08;
const faintSupport = 20;
const unsupportedMl = 300;

/** Most of such a piece is inside the body whatever it looks like. */
const sureFraction = 0.5;

/** The pieces of air inside the body that are not airway, by number; number 0 is all the rest. */
export interface AirPieces extends RunComponents {
  /** Mean HU of each. */
  readonly hu: Float64Array;
  /** The part of each that is inside the body whatever it looks like, 0 to 1. */
  readonly sure: Float64Array;
}

interface Piece {
  readonly ml: number;
  readonly hu: number;
  readonly support: number;
  readonly sure: number;
}

export function airPieces({ hu, shape }: WorkGrid, body: Uint8Array, airways: Uint8Array): AirPieces {
  const air = new Uint8Array(hu.length);
  for (let i = 0; i < hu.length; i++) {
    air[i] = body[i] !== 0 && airways[i] === 0 && (hu[i] as number) < tissueHu ? 1 : 0;
  }
  const components = findComponents(air, shape);
  const { runs, numbers, sizes } = components;
  const sure = new Float64Array(sizes.length);
  for (let run = 0; run < numbers.length; run++) {
    const label = numbers[run] as number;
    const share = 1 / (sizes[label] as number);
    const end = runs[2 * run + 1] as number;
    let sum = sure[label] as number;
    for (let i = runs[2 * run] as number; i < end; i++) if (body[i] !== givenBack) sum += share;
    sure[label] = sum;
  }
  return { ...components, hu: meansOf(components, hu), sure };
}

/**
 * Aerated lung: air inside the body that is not airway, without the gas of stomach and bowel. A piece counts
 * if the network vouches for it, or if it is as large as a lung, no darker than one, and the outer air has not
 * got to it.
 */
export function classicalLungs({ spacingMm }: WorkGrid, air: AirPieces, network: GridLobes): Uint8Array {
  const { runs, numbers, sizes } = air;
  const ml = voxelMl(spacingMm);
  const support = new Float64Array(sizes.length);
  let networkSpeaks = false;
  for (let run = 0; run < numbers.length; run++) {
    const label = numbers[run] as number;
    const size = sizes[label] as number;
    const end = runs[2 * run + 1] as number;
    let sum = support[label] as number;
    for (let i = runs[2 * run] as number; i < end; i++) {
      const lung = network.lung[i] as number;
      sum += lung / size;
      if (lung >= likelyLung) networkSpeaks = true;
    }
    support[label] = sum;
  }
  const pieces = Array.from(
    sizes,
    (voxels, label): Piece => ({
      ml: voxels * ml,
      hu: air.hu[label] as number,
      support: support[label] as number,
      sure: air.sure[label] as number,
    }),
  );
  const largest = pieces.reduce((most, piece) => Math.max(most, piece.hu > gasHu ? piece.ml : 0), 0);
  const kept = Uint8Array.from(pieces, (piece, label) =>
    label !== 0 && isLung(piece, largest, networkSpeaks) ? 1 : 0,
  );
  const lungs = new Uint8Array(network.lung.length);
  for (let run = 0; run < numbers.length; run++) {
    if (kept[numbers[run] as number] === 1)
      lungs.fill(1, runs[2 * run] as number, runs[2 * run + 1] as number);
  }
  return lungs;
}

function isLung({ ml, hu, support, sure }: Piece, largestMl: number, networkSpeaks: boolean): boolean {
  if (hu <= gasHu) return false;
  if (networkSpeaks && support >= likelyLung) return ml >= vouchedMl;
  if (ml < Math.max(largeMl, largeFraction * largestMl)) return false;
  if (!networkSpeaks || support >= faintSupport) return true;
  return ml >= unsupportedMl && sure >= sureFraction;
}
