/** `npm run bench [-- suite ...]`: what it can be told is in bench-options.ts. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BenchOptions, benchHelp, benchOptions } from './bench-options.ts';
import { withSection } from './benchmarks-document.ts';
import { figureOf } from './figure.ts';
import { markdownSection, textTable } from './render.ts';
import { fewestDocumented, type Suite } from './suite.ts';
import { surroundings } from './surroundings.ts';

const documentFile = join(import.meta.dirname, '..', 'docs', 'BENCHMARKS.md');
const note = (text: string) => void process.stderr.write(`${text}\n`);

process.exitCode = await main();

async function main(): Promise<number> {
  // So that what runs is ended and temporary folders are removed on the way out.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));
  const options = benchOptions(process.argv.slice(2), process.env);
  if ('problem' in options) {
    note(`${options.problem}\n\n${benchHelp}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(benchHelp);
    return 0;
  }
  const suites = await findSuites(options.names);
  if (suites === undefined) return 2;
  const lacking = suites.flatMap((suite) => suite.missing().map((what) => ({ suite, what })));
  if (lacking.length > 0) {
    const lines = lacking.map(({ suite, what }) => `  ${suite.name}: ${what}`);
    note(`Not run, because something is missing:\n${lines.join('\n')}`);
    // Who asks for all of them wants what this machine can do: not every one has a GPU.
    if (options.names.length > 0) return 1;
  }
  const able = suites.filter((suite) => !lacking.some((one) => one.suite === suite));
  for (const suite of able) await runSuite(suite, options);
  return 0;
}

async function findSuites(names: readonly string[]): Promise<Suite[] | undefined> {
  const folder = join(import.meta.dirname, 'suites');
  const known = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort();
  // A name stands for the suites that it begins as well: load for load-soak.
  const isMeant = (suite: string) => (name: string) => suite === name || suite.startsWith(`${name}-`);
  const unknown = names.filter((name) => !known.some((suite) => isMeant(suite)(name)));
  if (unknown.length > 0) {
    note(`There is no suite ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
    return undefined;
  }
  const wanted = names.length === 0 ? known : known.filter((suite) => names.some(isMeant(suite)));
  const modules = wanted.map(async (name) => (await import(`./suites/${name}.ts`)) as { suite: Suite });
  return (await Promise.all(modules)).map(({ suite }) => suite);
}

async function runSuite(suite: Suite, { rounds, json, document, remeasure }: BenchOptions): Promise<void> {
  note(`${suite.name}: ${suite.title}, ${rounds} rounds`);
  const [loadBefore = 0] = loadavg();
  const folder = mkdtempSync(join(tmpdir(), `lobar-bench-${suite.name}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const result = await suite.run({
      folder,
      rounds,
      remeasure,
      note: (text) => note(`${suite.name}: ${text}`),
    });
    const figures = result.figures.map((draft) => figureOf(suite.name, draft));
    const lines = json ? figures.map((figure) => JSON.stringify(figure)).join('\n') : textTable(figures);
    process.stdout.write(`${lines}\n`);
    if (document && rounds < fewestDocumented)
      note(`${suite.name}: ${rounds} rounds are too few for the documents, which stay as they are.`);
    else if (document && result.documents !== undefined)
      for (const [file, text] of Object.entries(result.documents)) writeFileSync(file, text);
    else if (document)
      write(suite.name, markdownSection(suite, figures, result, surroundings(result.versions, loadBefore)));
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function write(suite: string, section: string): void {
  let before: string | undefined;
  try {
    before = readFileSync(documentFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dirname(documentFile), { recursive: true });
  writeFileSync(documentFile, withSection(before, suite, section));
}
