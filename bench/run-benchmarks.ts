/** `npm run bench [-- suite ...] [--json] [--rounds n] [--remeasure]`. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { withSection } from './benchmarks-document.ts';
import { figureOf } from './figure.ts';
import { markdownSection, textTable } from './render.ts';
import { fewestDocumented, type Suite } from './suite.ts';
import { surroundings } from './surroundings.ts';

const help = `npm run bench [-- SUITE ...] [--json] [--rounds N] [--no-document] [--remeasure]

Runs the suites of bench/suites (those named, or all that can run here) and writes their sections of
docs/BENCHMARKS.md (scale: docs/SCALING.md).
  --json         one JSON line a figure on stdout, instead of a table
  --rounds N     how often each case is measured (7); fewer than 5 are for a try and are not documented
  --no-document  leave the documents as they are
  --remeasure    measure the service times of scale anew, some minutes, instead of taking those of its file

Exit codes: 0 they ran, whether targets were met or not; 1 a suite failed, or one that was named
lacks what it needs; 2 usage.
`;
const documentFile = join(import.meta.dirname, '..', 'docs', 'BENCHMARKS.md');
const note = (text: string) => void process.stderr.write(`${text}\n`);

process.exitCode = await main();

async function main(): Promise<number> {
  // So that what runs is ended and temporary folders are removed on the way out.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const options = readOptions();
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(help);
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

interface Options {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly rounds: number;
  readonly document: boolean;
  readonly remeasure: boolean;
  readonly help: boolean;
}

function readOptions(): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      allowNegative: true,
      options: {
        json: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '7' },
        document: { type: 'boolean', default: true },
        remeasure: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number from 1.');
    return { ...values, rounds, names: positionals };
  } catch (error) {
    note(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return undefined;
  }
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

async function runSuite(suite: Suite, { rounds, json, document, remeasure }: Options): Promise<void> {
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
