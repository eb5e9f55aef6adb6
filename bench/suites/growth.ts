/** What a study costs by the number of its slices. */
import { join } from 'node:path';
import { openPeers } from '../end-to-end/open-peers.ts';
import { about, whyMissed } from '../growth/about.ts';
import { type GrowthCaseName, growthFigures, sizes } from '../growth/growth-figures.ts';
import { measureLarge } from '../growth/large-study.ts';
import { measureStudy, published } from '../growth/measure-study.ts';
import { readDemoChest, writeStretchedStudy } from '../growth/stretched-chest.ts';
import { interleave } from '../interleave.ts';
import type { Suite, SuiteContext, SuiteResult } from '../suite.ts';

export const suite: Suite = {
  name: 'growth',
  title: 'More slices',
  missing: () => (process.platform === 'linux' ? [] : ['/proc of Linux']),
  run,
};

const largest = 2000;

async function run({ folder, rounds, note }: SuiteContext): Promise<SuiteResult> {
  note(`stretches a chest to ${[...sizes, largest].join(', ')} slices`);
  const pacsFolder = join(folder, 'pacs');
  const chest = await readDemoChest();
  const write = (slices: number) => writeStretchedStudy(join(pacsFolder, String(slices)), chest, slices);
  const studies = {
    50: await write(50),
    300: await write(300),
    1200: await write(1200),
  };
  const large = await write(largest);
  const patientIds = [...Object.values(studies), large].map(({ patientId }) => patientId);
  const peers = await openPeers({ folder: pacsFolder, patientIds });
  const place = { folder, peers, warmUp: studies[50] };
  try {
    const study = (size: keyof typeof studies) => async () =>
      published(await measureStudy(place, studies[size]));
    const measured = await interleave<GrowthCaseName>(
      rounds,
      {
        '50 slices': study(50),
        '300 slices': study(300),
        '1200 slices': study(1200),
      },
      (done) => note(`round ${done}`),
    );
    const { figures, said } = await measureLarge(place, large, note);
    return {
      figures: [...growthFigures(measured), ...figures],
      versions: { node: process.versions.node },
      about: about(said),
      whyMissed,
    };
  } finally {
    peers.close();
  }
}
