import type { Formats } from '../formats.ts';
import { readingText } from '../reading-text.ts';
import type { ReportContent } from '../report-content.ts';
import type { ReportTexts } from '../texts.ts';

/** Earlier results and this one, oldest first; all of them are in the figure. */
export interface TrendSheet {
  readonly points: readonly TrendPoint[];
  /** Whether any was written by another version of the algorithm. */
  readonly isMixed: boolean;
}

export interface TrendPoint {
  readonly date: string;
  readonly percent: string;
  readonly score: string;
  readonly version: string;
  readonly isThis: boolean;
  readonly isOfOtherVersion: boolean;
  /** 0 at the first scan, 1 at the last. */
  readonly at: number;
  readonly involvementPercent: number;
  readonly severityScore: number;
}

/** @returns undefined where this is the first result */
export function trendOf(
  { previous, subject, findings, algorithm, issuedAt }: ReportContent,
  { thisResult }: ReportTexts,
  { date, percent, whole }: Formats,
): TrendSheet | undefined {
  if (previous.length === 0) return undefined;
  const now = {
    scannedAt: subject.studyDate ?? issuedAt,
    involvementPercent: findings.involvement.percent,
    severityScore: findings.severity.score,
    algorithmVersion: algorithm.version,
  };
  const results = [...previous, now];
  const times = results.map(({ scannedAt }) => timeOf(scannedAt));
  const first = Math.min(...times);
  const span = Math.max(...times) - first;
  const points = results.map((one, i): TrendPoint => {
    const isThis = one === now;
    const { algorithmVersion, involvementPercent, severityScore, scannedAt } = one;
    return {
      date: readingText(date(scannedAt)),
      percent: percent(involvementPercent),
      score: whole(severityScore),
      version: isThis ? thisResult : readingText(algorithmVersion ?? ''),
      isThis,
      isOfOtherVersion: algorithmVersion !== algorithm.version,
      at: span === 0 ? i / (results.length - 1) : ((times[i] ?? first) - first) / span,
      involvementPercent,
      severityScore,
    };
  });
  return { points, isMixed: points.some(({ isOfOtherVersion }) => isOfOtherVersion) };
}

/** Midnight UTC of the day: a day more or less is nothing in a figure. */
function timeOf(scannedAt: string): number {
  const [, year = '', month = '01', day = '01'] = /^(\d{4})-?(\d\d)?-?(\d\d)?/.exec(scannedAt) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(time) ? 0 : time;
}
