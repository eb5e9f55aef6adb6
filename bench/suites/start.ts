/** From the start of a process until it is ready. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { lobarNodeOptions } from '../../test/support/lobar-node-options.ts';
import { runChildCase } from '../child-case.ts';
import { interleave } from '../interleave.ts';
import { measure } from '../resource-use.ts';
import { imageMb } from '../start/image-size.ts';
import { start } from '../start/start-case.ts';
import { type StartCase, startFigures, whyMissed } from '../start/start-figures.ts';
import type { Suite, SuiteContext, SuiteResult } from '../suite.ts';

export const suite: Suite = {
  name: 'start',
  title: 'From the start to ready',
  missing: () => (process.platform === 'linux' ? [] : ['/proc of Linux']),
  run,
};

const inference = { provider: 'cpu' } as const;

const about = `
What is measured: \`lobar serve\` with the options of \`npm run lobar\`, on the CPU with the shipped packages, from the
start of the process to the first 200 of \`GET /health/ready\`, which is asked every 5 ms: modules are loaded, packages
verified, every network opened and run once.

- **first start**: with an empty compile cache, so that every module is stripped of its types and compiled. A
  container starts like this each time: the image has no such cache.
- **next start**: with what the first one left in the cache.
- **networks alone** is the floor: a process that verifies the packages, opens the networks, runs each once, and ends,
  with a filled cache.
- **image**: the files of the unpacked image \`cpu\`, where \`node bench/start/build-image.ts\` has put one into
  \`out/image\`. Where there is none, docs/IMAGE.md says what its test measured.
`;

async function run({ folder, rounds, note }: SuiteContext): Promise<SuiteResult> {
  let cache = '';
  const measured = await interleave<StartCase>(
    rounds,
    {
      first: async () => {
        cache = await mkdtemp(join(folder, 'cache-'));
        return await start(folder, inference, cache);
      },
      again: () => start(folder, inference, cache),
      networks: async () => {
        const script = new URL('../start/networks-case.ts', import.meta.url);
        const { wallMs, result } = await measure(() => runChildCase(script, { inference }, lobarNodeOptions));
        return { ...result, wallMs };
      },
    },
    (done) => note(`round ${done}`),
  );
  return {
    figures: startFigures(measured, await imageMb()),
    versions: { node: process.versions.node },
    about,
    whyMissed: whyMissed(measured),
  };
}
