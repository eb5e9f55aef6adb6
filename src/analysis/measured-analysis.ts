import { toPlainError } from '../errors.ts';
import type { EndedAnalysis } from '../telemetry/analysis-metrics.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Analysis } from './analysis.ts';
import type { AnalyzeResult } from './analyze.ts';

/** Does an analysis, and counts how it ended and what it found. */
export async function measuredAnalysis(
  metrics: Pick<Metrics, 'analysed'>,
  work: () => Promise<AnalyzeResult>,
): Promise<AnalyzeResult> {
  const started = performance.now();
  const ended = (how: Omit<EndedAnalysis, 'seconds'>) =>
    metrics.analysed({ ...how, seconds: (performance.now() - started) / 1000 });
  try {
    const result = await work();
    ended(endOf(result.analysis));
    return result;
  } catch (error) {
    const { code } = toPlainError(error);
    ended({ outcome: code === 'cancelled' ? 'cancelled' : 'failed', code });
    throw error;
  }
}

function endOf({ outcome, classification, involvement, severity }: Analysis): Omit<EndedAnalysis, 'seconds'> {
  if (classification === undefined || involvement === undefined || severity === undefined) return { outcome };
  const { score } = severity;
  const { percent: involvementPercent, lungMl } = involvement;
  return { outcome, found: { score, involvementPercent, decision: classification.decision, lungMl } };
}
