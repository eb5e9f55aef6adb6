import type { EvaluationHooks } from '../evaluation/evaluate-cohort.ts';
import type { Terminal } from './command.ts';
import { plainLine } from './plain-text.ts';

/** One line a case, with a moving stage where a human watches, and about how long the rest takes. */
export function evaluationPrinter(
  total: number,
  { note, interactive }: Terminal,
): Pick<EvaluationHooks, 'onProgress' | 'onCase'> {
  let [done, fresh] = [0, 0];
  const start = performance.now();
  const place = (at: number) => `  ${String(at).padStart(String(total).length)}/${total}`;
  return {
    onProgress({ id }, stage, fraction) {
      if (interactive) note(`\r${place(done + 1)} ${id} ${stage} ${Math.floor(fraction * 100)} %\u001b[K`);
    },
    onCase(result, before) {
      done += 1;
      if (!before) fresh += 1;
      const why = result.outcome === 'failed' ? `: ${result.error.code}: ${result.error.message}` : '';
      const reasons = result.outcome === 'ineligible' ? `: ${result.reasons.join(', ')}` : '';
      const how = before ? ' (from an earlier run)' : '';
      const perCase = fresh === 0 ? 0 : (performance.now() - start) / 1000 / fresh;
      const left = before || done === total ? '' : ` (about ${duration(perCase * (total - done))} left)`;
      const line = plainLine(`${result.id} ${result.outcome}${why}${reasons}${how}${left}`);
      note(`${interactive ? '\r' : ''}${place(done)} ${line}${interactive ? '\u001b[K' : ''}\n`);
    },
  };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
