import type { Involvement, Lobe, RegionInvolvement } from '../../pipeline/types.ts';
import type { Formats } from '../formats.ts';
import type { ReportTexts } from '../texts.ts';

export interface InvolvementSheet {
  readonly total: RegionRow;
  /** Both lungs, then a lung with its lobes, then the other. */
  readonly rows: readonly RegionRow[];
}

export interface RegionRow {
  /** Of a lobe. */
  readonly lobe?: Lobe;
  readonly label: string;
  readonly percent: string;
  readonly opacityMl: string;
  readonly lungMl: string;
  /** Empty where it is no lobe. */
  readonly score: string;
  /** 0 to 1. */
  readonly fraction: number;
}

export function involvementOf(
  involvement: Involvement,
  { lobes, bothLungs, rightLung, leftLung }: ReportTexts,
  { percent, whole }: Formats,
): InvolvementSheet {
  const row = (label: string, region: RegionInvolvement): RegionRow => ({
    label,
    percent: percent(region.percent),
    opacityMl: whole(region.opacityMl),
    lungMl: whole(region.lungMl),
    score: '',
    fraction: Math.min(1, region.percent / 100),
  });
  const lobesOf = (side: 'R' | 'L') =>
    involvement.lobes
      .filter(({ lobe }) => lobe.startsWith(side))
      .map((one) => ({ ...row(lobes[one.lobe], one), lobe: one.lobe, score: whole(one.score) }));
  const total = row(bothLungs, involvement);
  return {
    total,
    rows: [
      total,
      row(rightLung, involvement.right),
      ...lobesOf('R'),
      row(leftLung, involvement.left),
      ...lobesOf('L'),
    ],
  };
}
