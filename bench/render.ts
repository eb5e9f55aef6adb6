import type { Figure } from './figure.ts';
import type { Suite, SuiteResult } from './suite.ts';
import type { Surroundings } from './surroundings.ts';

/** The figures as a table for a terminal. */
export function textTable(figures: readonly Figure[]): string {
  const rows = figures.map(cells);
  const widths = columns.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(columns), ...rows.map(line)].join('\n');
}

/** One suite's section of docs/BENCHMARKS.md, without its markers. */
export function markdownSection(
  suite: Pick<Suite, 'name' | 'title'>,
  figures: readonly Figure[],
  { about, whyMissed }: Pick<SuiteResult, 'about' | 'whyMissed'>,
  { machine, versions, commit, date, load, compileCache }: Surroundings,
): string {
  const withVersions = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const rounds = figures[0]?.rounds ?? 0;
  const cache = compileCache ? 'Compile cache of Node: filled.' : 'Compile cache of Node: none.';
  const row = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  return [
    `## ${suite.title} (\`npm run bench -- ${suite.name}\`)`,
    `${date}, commit ${commit}. ${machine}. ${withVersions.join(', ')}. ${rounds} rounds. ${cache}`,
    ...busy(load),
    [row(columns), row(columns.map(() => '---')), ...figures.map((figure) => row(cells(figure)))].join('\n'),
    targetsText(figures, whyMissed),
    about.trim(),
  ].join('\n\n');
}

/** Others on the same cores disturb even what takes turns: threads that wait for one another wait longer. */
function busy({ before, cores }: Surroundings['load']): string[] {
  if (before <= cores / 4) return [];
  const load = `load ${before.toFixed(1)} on ${cores} cores before it began`;
  return [`**The machine was busy (${load}): the times and their ratios say little. Run it again.**`];
}

const columns = ['case', 'metric', 'median', 'quartiles', 'target', ''];

function cells({ case: name, metric, value, unit, quartiles, target, ok }: Figure): string[] {
  const [low, high] = quartiles;
  const verdict = ok === undefined ? '' : ok ? 'met' : 'MISSED';
  return [name, metric, `${value} ${unit}`, `${low} to ${high}`, target ?? '', verdict];
}

function targetsText(figures: readonly Figure[], whyMissed: SuiteResult['whyMissed']): string {
  const missed = figures.filter(({ ok }) => ok === false);
  const withTarget = figures.filter(({ ok }) => ok !== undefined).length;
  if (missed.length === 0) return `All ${withTarget} targets are met.`;
  const reasons = missed.map(({ case: name, metric, value, unit, target }) => {
    const why = whyMissed[name]?.[metric] ?? 'Nobody has found out why yet.';
    return `- **Missed**, ${name}, ${metric}: ${value} ${unit}, target ${target}. ${why}`;
  });
  return [`${withTarget - missed.length} of ${withTarget} targets are met.`, '', ...reasons].join('\n');
}
