import { analysisStages } from '../analysis/analyze.ts';
import type { Terminal } from './command.ts';
import { progressPrinter, stageText } from './progress-printer.ts';

export interface ProgressBar {
  show(stage: string, fraction: number): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

const cells = 24;
const startOfLine = '\r';
const eraseLine = '\x1b[K';

/**
 * One line that moves, with the stage, its percentage and the seconds since the beginning; where no human watches,
 * a line for each stage that is done.
 */
export function progressBar({ note, interactive }: Pick<Terminal, 'note' | 'interactive'>): ProgressBar {
  if (!interactive) return { show: progressPrinter({ note, interactive }), clear: () => {} };
  const start = performance.now();
  let shown: { readonly stage: string; readonly fraction: number } | undefined;
  const draw = () => {
    if (shown !== undefined) note(`${startOfLine}${lineOf(shown.stage, shown.fraction, start)}${eraseLine}`);
  };
  // The seconds go on in a stage that tells nothing.
  const ticking = setInterval(draw, 1000);
  ticking.unref();
  return {
    show(stage, fraction) {
      shown = { stage, fraction };
      draw();
    },
    clear() {
      clearInterval(ticking);
      if (shown !== undefined) note(`${startOfLine}${eraseLine}`);
      shown = undefined;
    },
  };
}

function lineOf(stage: string, fraction: number, start: number): string {
  const done = Math.min(1, Math.max(0, fraction));
  const full = Math.floor(done * cells);
  const number = (analysisStages as readonly string[]).indexOf(stage) + 1;
  const place = number === 0 ? '' : `${number}/${analysisStages.length} `;
  const percent = `${Math.floor(done * 100)} %`.padStart(5);
  const elapsed = `${Math.floor((performance.now() - start) / 1000)} s`.padStart(6);
  return `  [${'#'.repeat(full)}${'.'.repeat(cells - full)}] ${percent} ${elapsed}  ${place}${stageText(stage)}`;
}
