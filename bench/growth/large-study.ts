import type { Analysis } from '../../src/analysis/analysis.ts';
import type { FigureDraft } from '../figure.ts';
import { figuresOf } from './growth-figures.ts';
import { type GrowthPlace, type MeasuredStudy, measureStudy } from './measure-study.ts';
import type { StretchedStudy } from './stretched-chest.ts';

/** Figures of a study, and a line of Markdown for each of its cases that says what became of it. */
export interface Large {
  readonly figures: readonly FigureDraft[];
  readonly said: readonly string[];
}

/** Limits that such a study is within, and two that it is over. */
const cases = [
  { limits: {}, by: 'with every limit as it is by default' },
  { limits: { instances: 1999 }, by: 'with `limits.instances: 1999`' },
  { limits: { memoryBytes: 4 * 2 ** 30 }, by: 'with `limits.memoryBytes` of 4 GiB' },
] as const;

/** A study near the limits, once: it works, or is refused by the name of a limit. */
export async function measureLarge(
  place: GrowthPlace,
  study: StretchedStudy,
  note: (text: string) => void,
): Promise<Large> {
  const name = `${study.slices} slices`;
  const figures: FigureDraft[] = [];
  const said: string[] = [];
  for (const { limits, by } of cases) {
    note(`${name} ${by}`);
    const measured = await measureStudy(place, study, limits);
    const outcome = outcomeOf(measured);
    said.push(`- **${name}**, ${by}: ${outcome}`);
    if (outcome === done) figures.push(...figuresOf(name, [measured.sample]));
    else
      figures.push({
        case: `${name} ${by}`,
        metric: 'refused within',
        unit: 'ms',
        values: [measured.sample['wallMs'] ?? Number.NaN],
      });
  }
  return { figures, said };
}

const done = 'published.';

/** In the words of the answer. */
function outcomeOf({ status, text }: MeasuredStudy): string {
  const { outcome, reasons, code, detail } = JSON.parse(text) as Partial<
    Pick<Analysis, 'outcome' | 'reasons'> & { code: string; detail: string }
  >;
  if (outcome === 'published') return done;
  const why = reasons?.flatMap((one) => one.reasons.map((reason) => `\`${reason.code}\`, "${reason.text}"`));
  return `HTTP ${status}, ${why === undefined ? `\`${code}\`, "${detail}"` : `${outcome}: ${why.join('; ')}`}`;
}
