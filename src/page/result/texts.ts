import { notVerified, patternStatements, researchUse } from '../../pipeline/statements.ts';
import type { CovidClass } from '../../pipeline/types.ts';

/** The statement of a decision as a heading. */
export function patternText(decision: CovidClass): string {
  const statement = patternStatements[decision];
  return `${statement.charAt(0).toUpperCase()}${statement.slice(1)}`;
}

/** Cannot be switched off. */
export const statusLine = `${notVerified} ${researchUse}`;

const oneDecimal = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const percentText = (percent: number) => `${oneDecimal.format(percent)} %`;
export const mlText = (ml: number) => whole.format(ml);
export const mlTextFine = (ml: number) => oneDecimal.format(ml);

/** Three decimals as on paper; what they would round to none or to all is said to be less, or more: no model is certain. */
export function probabilityText(probability: number): string {
  if (probability < 0.0005) return '< 0.001';
  return probability >= 0.9995 ? '> 0.999' : probability.toFixed(3);
}

/** They are in the log and in the JSON; a reader of images can do nothing about them. Paper has none of them either. */
const forEngineers: ReadonlySet<string> = new Set(['provider-fallback']);

export function forReaders<One extends { readonly code: string }>(warnings: readonly One[]): readonly One[] {
  return warnings.filter(({ code }) => !forEngineers.has(code));
}
