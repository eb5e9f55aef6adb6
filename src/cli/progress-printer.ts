import type { AnalysisStage } from '../analysis/analyze.ts';
import type { Terminal } from './command.ts';
import { plainLine } from './plain-text.ts';

const texts: Readonly<Record<AnalysisStage, string>> = {
  find: 'find and choose the series',
  retrieve: 'retrieve and decode',
  lungs: 'lungs and lobes',
  classify: 'classify',
  opacities: 'opacities',
  quantify: 'quantify',
  report: 'draw the report',
  store: 'store into the PACS',
  publish: 'publish',
};

/** A stage in words; one that a newer service has, by its name. */
export function stageText(stage: string): string {
  return Object.hasOwn(texts, stage) ? texts[stage as AnalysisStage] : plainLine(stage);
}

/** Shows stages as they pass: one line a stage, with a moving percentage where a human watches. */
export function progressPrinter({
  note,
  interactive,
}: Pick<Terminal, 'note' | 'interactive'>): (stage: string, fraction: number) => void {
  const started = new Map<string, number>();
  return (stage, fraction) => {
    const start = started.get(stage) ?? performance.now();
    started.set(stage, start);
    const label = `  ${stageText(stage).padEnd(28)}`;
    if (fraction >= 1)
      note(
        `${interactive ? '\r' : ''}${label}${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s\n`,
      );
    else if (interactive) note(`\r${label}${`${Math.floor(fraction * 100)}`.padStart(6)} %`);
  };
}
