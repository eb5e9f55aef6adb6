import { lobarNodeOptions } from '../../test/support/lobar-node-options.ts';
import { runChildCase } from '../child-case.ts';
import { interleave, quantityOf, type Rounds, type Sample } from '../interleave.ts';
import { curl } from './curl.ts';
import type { SeriesLocation } from './series-location.ts';

export type IngestCase =
  | 'curl'
  | 'undici'
  | 'dicomwebClient'
  | 'dicomwebClientOverUndici'
  | 'stream'
  | 'volume';

/**
 * Measures every way to ingest the series, in turns, after one turn that does not count: Orthanc, the page cache
 * of the machine and Node's compile cache, where there is one, have then seen all of it.
 *
 * @throws Error where one received something else than the others: then they cannot be compared.
 */
export async function measureIngest(
  location: SeriesLocation,
  rounds: number,
  onRound: (done: number) => void,
): Promise<Rounds<IngestCase>> {
  const child =
    (file: string, argument: unknown, nodeOptions: readonly string[] = []) =>
    async () =>
      await runChildCase(new URL(file, import.meta.url), argument, nodeOptions);
  const cases: Readonly<Record<IngestCase, () => Promise<Sample>>> = {
    curl: () => curl(location),
    undici: child('undici-case.ts', location),
    dicomwebClient: child('dicomweb-client-case.ts', { location, xhr: 'xhr2' }),
    stream: child('stream-case.ts', location, lobarNodeOptions),
    volume: child('volume-case.ts', location, lobarNodeOptions),
    dicomwebClientOverUndici: child('dicomweb-client-case.ts', { location, xhr: 'undici' }),
  };
  await interleave(1, cases);
  const measured = await interleave(rounds, cases, onRound);
  const sent = new Set(measured.each(({ curl }) => quantityOf(curl, 'bytes')));
  const [bytes = 0, ...otherwise] = sent.union(new Set(measured.values('undici', 'bytes')));
  if (otherwise.length > 0)
    throw new Error(`Not the same bytes each time: ${bytes}, ${otherwise.join(', ')}.`);
  const received = new Set(
    (['dicomwebClient', 'dicomwebClientOverUndici', 'stream', 'volume'] as const).flatMap((name) =>
      measured.each((round) => {
        if (quantityOf(round[name], 'instances') !== location.instances) {
          throw new Error(`${name} did not receive ${location.instances} instances.`);
        }
        return quantityOf(round[name], 'bytes');
      }),
    ),
  );
  // Around each instance curl counts a boundary and headers, a few hundred bytes.
  const [instanceBytes = 0, ...others] = received;
  if (others.length > 0 || instanceBytes > bytes || instanceBytes < bytes - 1000 * location.instances) {
    throw new Error(`Not the same bytes: ${[...received].join(', ')}, curl ${bytes}.`);
  }
  return measured;
}
