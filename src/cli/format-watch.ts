import type { Judgement } from '../watch/judge-by-rules.ts';
import type { ListedStudy } from '../watch/listed-study.ts';
import type { Preview } from '../watch/look-once.ts';
import { plainLine } from './plain-text.ts';

const decisions = { eligible: 'enqueue', filtered: 'no', waiting: 'wait' } as const;

/** What a watch would do now, a line for each study: those that it would enqueue first. */
export function formatPreviews(previews: readonly Preview[]): string {
  const sorted = previews.toSorted((a, b) => rank(a) - rank(b));
  const wanted = previews.filter(({ decision }) => decision === 'eligible').length;
  return [
    `${previews.length} studies are listed, ${wanted} of them would be enqueued once their images have stopped arriving. Nothing was.`,
    '',
    row('WOULD', 'IMAGES', 'DATE', 'MODALITIES', 'DESCRIPTION', 'WHY NOT'),
    ...sorted.map(({ study, images, decision, reasons }) => {
      const { date = '', time = '', modalities = [], description = '' } = study;
      const why = reasons.filter(({ passed }) => !passed).map(({ code }) => code);
      const when = `${date} ${time.slice(0, 4)}`.trim();
      const count = String(images ?? '');
      return row(decisions[decision], count, when, modalities.join(','), description, why.join(', '));
    }),
    '',
  ]
    .map(plainLine)
    .join('\n');
}

function rank({ decision }: Preview): number {
  return decision === 'eligible' ? 0 : 1;
}

const widths = [7, 6, 13, 10, 40] as const;

function row(...cells: readonly string[]): string {
  return cells
    .map((cell, index) => {
      const width = widths[index] ?? cell.length;
      return (cell.length > width ? `${cell.slice(0, width - 1)}~` : cell).padEnd(width);
    })
    .join(' ')
    .trimEnd();
}

/** What every rule says of one study. */
export function formatJudgement(study: ListedStudy, { decision, reasons }: Judgement): string {
  const { uid, description, date, time } = study;
  const title = [description, `${date ?? ''} ${time?.slice(0, 4) ?? ''}`.trim()].filter(Boolean).join(', ');
  const verdict =
    decision === 'eligible'
      ? 'passes the rules of the watch: it is enqueued once its images have stopped arriving'
      : 'does not pass the rules of the watch: it is not enqueued by itself';
  return [
    `Study ${uid}${title === '' ? '' : ` (${title})`}`,
    verdict,
    '',
    ...reasons.map(({ code, passed, text }) => `  ${passed ? 'pass' : 'FAIL'}  ${code.padEnd(14)} ${text}`),
    '',
  ]
    .map(plainLine)
    .join('\n');
}
