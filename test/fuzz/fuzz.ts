/**
 * Feeds Lobar mutated DICOM, multipart bodies, metadata and mask files, in a process of its own, and watches that it
 * answers each with a volume or one of its own errors: no crash, no hang over 2 s, no memory over the cap.
 *
 *   npm run fuzz -- [--seconds 600] [--seed 1] [--only series|files|multipart|pacs|upload|mask]
 *   npm run fuzz -- --replay FILE
 *
 * What it finds is saved below the folder of temporary files; `--replay` runs such a file again. An input may
 * hold a mutated real file, so it does not belong into the repository: describe how it is made instead, in
 * regressions.test.ts.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FuzzInput, inputFromJson, inputToJson, type Surface, surfaces } from './fuzz-input.ts';
import { type Finding, hunt } from './hunt.ts';
import { openKitchen } from './recipe.ts';
import { Tally } from './tally.ts';
import { type Observation, WatchedTarget } from './watched-target.ts';

const caps = { cpuMs: 2000, wallMs: 15_000, rssMb: 512 };
const entry = join(import.meta.dirname, 'target.ts');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    only: { type: 'string' },
    replay: { type: 'string' },
  },
});

const targets = {
  plain: new WatchedTarget(entry, [], caps),
  // The service brings its models: a process of its own, with a baseline of its own.
  service: new WatchedTarget(entry, ['service'], caps),
};
const targetOf = ({ surface }: FuzzInput) => (surface === 'upload' ? targets.service : targets.plain);

async function run(input: FuzzInput, fresh: boolean): Promise<Observation> {
  const target = targetOf(input);
  if (fresh) await target.close();
  return await target.run(input);
}

const say = (text: string) => process.stdout.write(`${text}\n`);

async function replay(path: string): Promise<boolean> {
  const { input } = JSON.parse(readFileSync(path, 'utf8')) as { input: object };
  const { report, fault } = await run(inputFromJson(input), true);
  if (report !== undefined) {
    const { outcome, cpuMs, wallMs, peakRssMb } = report;
    say(
      `${outcome}: ${cpuMs.toFixed(0)} ms CPU, ${wallMs.toFixed(0)} ms wall, at most ${peakRssMb.toFixed(0)} MB`,
    );
  }
  if (fault !== undefined) say(`${fault.kind}: ${fault.signature}\n${fault.text}`);
  return fault === undefined;
}

function save({ fault, recipe, input, seed, reproduced }: Finding): void {
  const folder = join(tmpdir(), 'lobar-fuzz');
  mkdirSync(folder, { recursive: true });
  const name = createHash('sha256').update(fault.signature).digest('hex').slice(0, 12);
  const path = join(folder, `${fault.kind}-${name}.json`);
  writeFileSync(
    path,
    JSON.stringify({ fault, seed, reproduced, recipe, input: inputToJson(input) }, undefined, 1),
  );
  say(`\nFOUND ${fault.kind}: ${fault.signature}${reproduced ? '' : ' (not by this input alone)'}`);
  say(fault.text.slice(0, 1500));
  say(`Seed ${seed}. Recipe: ${JSON.stringify(recipe)}`);
  say(`Again: npm run fuzz -- --replay ${path}`);
}

async function search(): Promise<boolean> {
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const only = surfaces.find((surface) => surface === values.only);
  if (values.only !== undefined && only === undefined)
    throw new Error(`--only is one of ${surfaces.join(', ')}`);
  const kitchen = openKitchen();
  say(`Seed ${seed}, ${kitchen.files.length} files, ${values.seconds} s`);
  // Opening them is not part of the time.
  if (only !== 'upload') await targets.plain.open();
  if (only === undefined || only === 'upload') await targets.service.open();
  const tally = new Tally();
  let findings = 0;
  await hunt({
    kitchen,
    seed,
    seconds: Number(values.seconds),
    ...(only === undefined ? {} : { only: only satisfies Surface }),
    tally,
    run,
    onFinding(finding) {
      findings += 1;
      save(finding);
    },
  });
  say(
    `\n${tally.text({ plain: targets.plain.baselineMb, service: targets.service.baselineMb })}\n${findings} findings`,
  );
  if (tally.complaint !== undefined) say(`FAILED: ${tally.complaint}`);
  return findings === 0 && tally.complaint === undefined;
}

const isClean = await (values.replay === undefined ? search() : replay(values.replay));
await Promise.all([targets.plain.close(), targets.service.close()]);
process.exitCode = isClean ? 0 : 1;
