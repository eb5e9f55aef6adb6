import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** The house of CONTRIBUTING.md: a floor imports only from floors below it. */
const floors: Readonly<Record<string, number>> = {
  cli: 5,
  page: 5,
  http: 4,
  sandbox: 4,
  client: 4,
  analysis: 3,
  evaluation: 3,
  watch: 3,
  dicomweb: 2,
  dicom: 2,
  masks: 2,
  inference: 2,
  report: 2,
  fhir: 2,
  queue: 2,
  callbacks: 2,
  volume: 1,
  pipeline: 1,
  statistics: 1,
  outbound: 0,
  telemetry: 0,
  '(ground)': 0,
};
/**
 * On floor 1 the pipeline is built on the volume; the files of the ground know one another, and its rooms know them. The
 * room for outbound connections tells telemetry what it sends.
 */
const neighbours = new Set([
  'pipeline -> volume',
  'outbound -> (ground)',
  'telemetry -> (ground)',
  'outbound -> telemetry',
]);

/** Written by npm run openapi:client. */
const generated = 'client/api.ts';
/** What the page shares with the service: pure, so that it runs in browsers too. */
const shared = new Set([
  'client/read-events.ts',
  'dicom/character-sets.ts',
  'pipeline/lobe-colours.ts',
  'pipeline/severity.ts',
  'pipeline/statements.ts',
  'pipeline/types.ts',
  'report/person-name.ts',
  'report/reading-text.ts',
  'volume/window.ts',
  'volume/mask-scan.ts',
]);
/** Written by npm run page. */
const built = 'page/dist/';

const importPattern = /(?:from\s+|import\s*\(\s*|import\s+|new URL\(\s*)'(\.{1,2}\/[^']+\.(?:ts|json))'/g;

async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return [...text.matchAll(importPattern)].map(([, path]) => resolve(dirname(file), path ?? ''));
}

function roomOf(file: string): string {
  const [first, ...rest] = relative(src, file).split('/');
  if (rest.length === 0) return first === 'main.ts' ? 'cli' : '(ground)';
  return first ?? '';
}

async function sources(): Promise<string[]> {
  const files = await readdir(src, { recursive: true });
  return files
    .filter((file) => file.endsWith('.ts') && !file.startsWith(built))
    .map((file) => join(src, file));
}

describe('the house', () => {
  it('has only the rooms of its plan', async () => {
    for (const file of await sources())
      assert.ok(roomOf(file) in floors, `${relative(src, file)} is in no known room`);
  });

  it('imports downwards only, and never between rooms of one floor', async () => {
    const wrong: string[] = [];
    for (const file of await sources()) {
      for (const target of await importsOf(file)) {
        if (relative(src, target).startsWith('..')) continue;
        const [from, to] = [roomOf(file), roomOf(target)];
        const down = (floors[from] ?? 0) > (floors[to] ?? 0);
        if (from !== to && !down && !neighbours.has(`${from} -> ${to}`)) {
          wrong.push(`${relative(src, file)} imports ${relative(src, target)}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('keeps the embedded PACS and EHR out of the service', async () => {
    for (const file of await sources()) {
      if (['cli', 'sandbox'].includes(roomOf(file))) continue;
      for (const target of await importsOf(file)) assert.notEqual(roomOf(target), 'sandbox', file);
    }
  });

  it('lets the client know nothing of the service but its OpenAPI document', async () => {
    for (const file of await sources()) {
      for (const target of await importsOf(file)) {
        const [from, to] = [roomOf(file), roomOf(target)];
        if (from === 'client') assert.ok([from, '(ground)', 'outbound'].includes(to), file);
        if (to === 'client') assert.ok([to, 'cli', 'page'].includes(from), file);
      }
    }
  });

  it('lets the page, which runs in browsers, know the types of the API and what is pure', async () => {
    for (const file of await sources()) {
      for (const target of await importsOf(file)) {
        const [from, to] = [roomOf(file), roomOf(target)];
        if (to === 'page') assert.equal(from, to, file);
        if (from !== 'page' || to === from) continue;
        assert.ok(relative(src, target) === generated || shared.has(relative(src, target)), file);
      }
    }
    for (const name of shared) {
      const text = await readFile(join(src, name), 'utf8');
      const needed = text.matchAll(/^(?:import|export) (?!type\b)[^;]*? from '([^']+)'/gm);
      for (const [, path = ''] of needed) {
        assert.ok(shared.has(relative(src, resolve(src, dirname(name), path))), `${name} needs ${path}`);
      }
    }
  });

  it('keeps files under 300 lines, but for what is generated', async () => {
    const long: string[] = [];
    for (const file of (await sources()).filter((one) => relative(src, one) !== generated)) {
      const lines = (await readFile(file, 'utf8')).split('\n').length;
      if (lines > 300) long.push(`${relative(src, file)}: ${lines}`);
    }
    assert.deepEqual(long, []);
  });

  it('reads the environment in one place', async () => {
    for (const file of await sources()) {
      // One only writes: a variable that ONNX Runtime reads.
      if (['main.ts', 'inference/refuse-telemetry.ts'].includes(relative(src, file))) continue;
      assert.ok(!(await readFile(file, 'utf8')).includes('process.env'), relative(src, file));
    }
  });
});
