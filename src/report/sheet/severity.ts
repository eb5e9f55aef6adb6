import { maximalScore, severityRanges } from '../../pipeline/severity.ts';
import type { Findings } from '../../pipeline/types.ts';
import type { Formats } from '../formats.ts';
import type { ReportTexts } from '../texts.ts';

export interface SeveritySheet {
  readonly score: number;
  readonly text: string;
  /** 'of 25' */
  readonly of: string;
  readonly band: string;
  readonly bands: readonly BandSheet[];
}

/** A band and its limits, both of them inside it. */
export interface BandSheet {
  readonly label: string;
  /** '6–14' */
  readonly range: string;
  readonly from: number;
  readonly to: number;
  readonly isOfScore: boolean;
}

export function severityOf(
  { severity: { score, band } }: Findings,
  { bands, ofMaximum }: ReportTexts,
  { whole }: Formats,
): SeveritySheet {
  return {
    score,
    text: whole(score),
    of: ofMaximum(whole(maximalScore)),
    band: bands[band],
    bands: severityRanges.map(({ band: one, from, to }) => {
      const range = from === to ? whole(from) : `${whole(from)}–${whole(to)}`;
      return { label: bands[one], range, from, to, isOfScore: one === band };
    }),
  };
}
