import { severityBand } from '../../pipeline/severity.ts';
import { type Findings, severityBands } from '../../pipeline/types.ts';
import type { Formats } from '../formats.ts';
import type { ReportTexts } from '../texts.ts';

/** Five lobes of at most 5. */
export const maximalScore = 25;

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
  const scores = Array.from({ length: maximalScore + 1 }, (_, one) => one);
  return {
    score,
    text: whole(score),
    of: ofMaximum(whole(maximalScore)),
    band: bands[band],
    bands: severityBands.map((one) => {
      const ofBand = scores.filter((value) => severityBand(value) === one);
      const from = ofBand[0] ?? 0;
      const to = ofBand.at(-1) ?? 0;
      const range = from === to ? whole(from) : `${whole(from)}–${whole(to)}`;
      return { label: bands[one], range, from, to, isOfScore: one === band };
    }),
  };
}
