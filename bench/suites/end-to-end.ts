/** From the request to the published report: what the service adds to the arithmetic of its networks. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { lobarNodeOptions } from '../../test/support/lobar-node-options.ts';
import { peer } from '../../test/support/orthanc/system-peers.ts';
import { runChildCase } from '../child-case.ts';
import { about, whyMissed } from '../end-to-end/about.ts';
import {
  type EndToEndCase,
  endToEndFigures,
  type OtherNetworksCase,
} from '../end-to-end/end-to-end-figures.ts';
import { measureProcess } from '../end-to-end/measure-process.ts';
import { openPlace, type Place, publishAll, serveAt } from '../end-to-end/place.ts';
import type { StudyName } from '../end-to-end/studies.ts';
import { writeFullWidthModels } from '../full-width/write-full-width-models.ts';
import { curl } from '../ingest/curl.ts';
import { interleave, type Rounds, type Sample } from '../interleave.ts';
import type { FloorCase } from '../pipeline/floor-case.ts';
import { realStudyMissing } from '../real-study.ts';
import type { BenchedLobar } from '../serve-benched.ts';
import { fewestDocumented, type Suite, type SuiteContext, type SuiteResult } from '../suite.ts';

export const suite: Suite = {
  name: 'end-to-end',
  title: 'From the request to the published report',
  missing: () => [
    ...realStudyMissing,
    ...(process.platform === 'linux' ? [] : ['/proc of Linux']),
    ...[peer.dcmcjpls, peer.curl]
      .filter((path) => !existsSync(path))
      .map((path) => `${path}: run test/system/install-peers.sh`),
  ],
  run,
};

const inference = { provider: 'cpu' } as const;
/** Each takes a minute and a half: one in a try, two in what is documented. */
const fullWidthRounds = (rounds: number) => (rounds < fewestDocumented ? 1 : 2);

async function run(context: SuiteContext): Promise<SuiteResult> {
  const { folder, rounds, note } = context;
  note('makes the studies, starts PACS and EHR, and records what the networks are sent');
  const place = await openPlace(folder);
  try {
    await runChildCase(
      new URL('../pipeline/record-batches.ts', import.meta.url),
      { series: join(folder, 'pacs', 'raw'), folder, inference },
      lobarNodeOptions,
    );
    const measured = await measureShipped(place, rounds, note);
    note('with the packages as fp32');
    const fp32 = await measureOther(place, 'fp32', { ...inference, variants: 'none' }, 'raw', rounds);
    note('with the full-width U-Net');
    const others = { fp32, fullWidth: await measureFullWidth(place, fullWidthRounds(rounds)) };
    const cores = availableParallelism();
    return {
      figures: endToEndFigures(measured, others, cores),
      versions: { node: process.versions.node },
      about,
      whyMissed: whyMissed(measured, others, cores),
    };
  } finally {
    place.peers.close();
  }
}

async function measureShipped(
  place: Place,
  rounds: number,
  note: SuiteContext['note'],
): Promise<Rounds<EndToEndCase>> {
  const alone = { ...inference, lanes: 1, threads: 1, decodeThreads: 1 };
  const [one, two] = [await serveAt(place, 'one', alone), await serveAt(place, 'two', alone)];
  const both = () => publishBoth(place, one, two);
  await both();
  const { raw, 'jpeg-ls': jpegLs } = place.studies;
  const measured = await interleave<EndToEndCase>(
    rounds,
    {
      floor: () => floorOf(place, inference, 'one'),
      process: () => measureProcess(place, inference),
      lanes: () => floorOf(place, inference, 'a core'),
      two: both,
      curl: () => curl({ url: place.peers.pacsUrl, ...raw }),
      curlJpegLs: () => curl({ url: place.peers.pacsUrl, ...jpegLs }),
    },
    (done) => note(`round ${done}`),
  );
  await Promise.all([one.stop(), two.stop()]);
  return measured;
}

async function publishBoth(place: Place, one: BenchedLobar, two: BenchedLobar): Promise<Sample> {
  const { wallMs } = await publishAll(place, [
    [one, 'raw'],
    [two, 'copy'],
  ]);
  const peaks = await Promise.all([one, two].map((service) => service.memoryMb('VmHWM')));
  return { wallMs, peakRss: peaks.reduce((sum, peak) => sum + peak, 0) };
}

/** The batches of the shipped packages are its own too: what the network of the opacities is sent is the same. */
async function measureFullWidth(place: Place, rounds: number): Promise<Rounds<OtherNetworksCase>> {
  const models = await writeFullWidthModels(join(place.folder, 'models'));
  return await measureOther(place, 'full-width', { ...inference, ...models }, 'small', rounds);
}

/** By one process, warmed up by a study. */
async function measureOther(
  place: Place,
  name: string,
  settings: object,
  warmUp: StudyName,
  rounds: number,
): Promise<Rounds<OtherNetworksCase>> {
  const service = await serveAt(place, name, settings);
  await publishAll(place, [[service, warmUp]]);
  const measured = await interleave<OtherNetworksCase>(rounds, {
    floor: () => floorOf(place, settings, 'one'),
    lanes: () => floorOf(place, settings, 'a core'),
    process: async () => {
      const { wallMs } = await publishAll(place, [[service, 'raw']]);
      return { wallMs, peakRss: await service.memoryMb('VmHWM') };
    },
  });
  await service.stop();
  return measured;
}

function floorOf({ folder }: Place, settings: object, lanes: FloorCase['lanes']): Promise<Sample> {
  const script = new URL('../pipeline/floor-case.ts', import.meta.url);
  return runChildCase(script, { folder, inference: settings, lanes }, lobarNodeOptions);
}
