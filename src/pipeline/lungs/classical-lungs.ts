import { labelComponents, meansOf } from '../../volume/components.ts';
import { voxelMl } from '../../volume/types.ts';
import { givenBack, tissueHu } from './body-mask.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
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

interface Piece {
  ml: number;
  hu: number;
  support: number;
  sure: number;
}

/**
 * Aerated lung: air inside the body that is not airway, without the gas of stomach and bowel. A piece counts
 * if the network vouches for it, or if it is as large as a lung, no darker than one, and the outer air has not
 * got to it.
 */
export function classicalLungs(
  grid: WorkGrid,
  body: Uint8Array,
  airways: Uint8Array,
  network: GridLobes,
): Uint8Array {
  const { hu, shape } = grid;
  const air = new Uint8Array(hu.length);
  for (let i = 0; i < hu.length; i++) {
    air[i] = body[i] !== 0 && airways[i] === 0 && (hu[i] as number) < tissueHu ? 1 : 0;
  }
  const components = labelComponents(air, shape);
  const { labels, count, sizes } = components;
  const ml = voxelMl(grid.spacingMm);
  const meanHu = meansOf(components, hu);
  const support = meansOf(components, network.lung);
  const pieces = Array.from(
    sizes,
    (voxels, label): Piece => ({
      ml: voxels * ml,
      hu: meanHu[label] as number,
      support: support[label] as number,
      sure: 0,
    }),
  );
  let networkSpeaks = false;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label === 0) continue;
    const piece = pieces[label] as Piece;
    if (body[i] !== givenBack) piece.sure += 1 / (sizes[label] as number);
    if ((network.lung[i] as number) >= likelyLung) networkSpeaks = true;
  }
  const largest = pieces.reduce((ml, piece) => Math.max(ml, piece.hu > gasHu ? piece.ml : 0), 0);
  const kept = new Uint8Array(count + 1);
  for (let label = 1; label <= count; label++) {
    const piece = pieces[label] as Piece;
    kept[label] = isLung(piece, largest, networkSpeaks) ? 1 : 0;
  }
  const lungs = air;
  for (let i = 0; i < labels.length; i++) lungs[i] = kept[labels[i] as number] as number;
  return lungs;
}

function isLung({ ml, hu, support, sure }: Piece, largestMl: number, networkSpeaks: boolean): boolean {
  if (hu <= gasHu) return false;
  if (networkSpeaks && support >= likelyLung) return ml >= vouchedMl;
  if (ml < Math.max(largeMl, largeFraction * largestMl)) return false;
  if (!networkSpeaks || support >= faintSupport) return true;
  return ml >= unsupportedMl && sure >= sureFraction;
}
