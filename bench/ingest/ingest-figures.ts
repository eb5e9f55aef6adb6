import { type FigureDraft, figuresOfCase, type Target } from '../figure.ts';
import { quantityOf, type Rounds } from '../interleave.ts';
import type { IngestCase } from './measure-ingest.ts';

const names: Readonly<Record<IngestCase, string>> = {
  curl: 'curl to nowhere',
  undici: 'undici to nowhere',
  dicomwebClient: 'dicomweb-client',
  dicomwebClientOverUndici: 'dicomweb-client over undici',
  stream: 'stream',
  volume: 'volume',
};

/** The figures of one transfer syntax, `name`; ratios and targets first. */
export function ingestFigures(name: string, measured: Rounds<IngestCase>): readonly FigureDraft[] {
  const figure = figuresOfCase(name);
  const ratio = (over: IngestCase, under: IngestCase, temperature: 'cold' | 'warm', target?: Target) => {
    const of = (which: IngestCase) => (which === 'curl' || temperature === 'cold' ? 'wallMs' : 'warmWallMs');
    const values = measured.each(
      (round) => quantityOf(round[over], of(over)) / quantityOf(round[under], of(under)),
    );
    return figure(`${names[over]} / ${names[under]}, ${temperature}`, 'x', values, target);
  };
  const plain = (which: IngestCase, quantity: string, metric: string, unit: string) =>
    figure(`${names[which]}: ${metric}`, unit, measured.values(which, quantity));
  const share = (part: string, whole: string) =>
    measured.each(({ volume }) => (100 * quantityOf(volume, part)) / quantityOf(volume, whole));
  const overVolume = measured.each(
    ({ volume }) => quantityOf(volume, 'peakRss') - quantityOf(volume, 'volumeMb'),
  );
  const isRaw = name === 'implicit-le';
  return [
    ratio('stream', 'curl', 'warm', { atMost: 1.5 }),
    ratio('stream', 'curl', 'cold'),
    ratio('undici', 'curl', 'warm'),
    ratio('undici', 'curl', 'cold'),
    ratio('stream', 'undici', 'warm'),
    ratio('dicomwebClient', 'stream', 'warm', { atLeast: 3 }),
    ratio('dicomwebClient', 'stream', 'cold'),
    ratio('dicomwebClientOverUndici', 'stream', 'warm'),
    ratio('volume', 'stream', 'warm', isRaw ? { atMost: 1.3 } : undefined),
    ratio('volume', 'stream', 'cold'),
    figure('volume: peak RSS beyond the volume itself', 'MB', overVolume, { atMost: 200 }),
    figure(
      'volume: received when the first slice is decoded',
      '%',
      share('firstSliceBytes', 'receivedBytes'),
      {
        below: 15,
      },
    ),
    plain('volume', 'firstSliceMs', 'first slice decoded after', 'ms'),
    ...(
      ['curl', 'undici', 'dicomwebClient', 'dicomwebClientOverUndici', 'stream', 'volume'] as const
    ).flatMap((which) => [
      plain(which, 'wallMs', 'wall', 'ms'),
      plain(which, 'cpuMs', 'CPU', 'ms'),
      ...(which === 'curl'
        ? [plain(which, 'firstByteMs', 'first byte after', 'ms')]
        : [
            plain(which, 'warmWallMs', 'wall, warm', 'ms'),
            plain(which, 'warmCpuMs', 'CPU, warm', 'ms'),
            plain(which, 'peakRss', 'peak RSS', 'MB'),
            plain(which, 'idleRss', 'RSS before it starts', 'MB'),
          ]),
    ]),
    plain('volume', 'volumeMb', 'the finished volume itself', 'MB'),
    figure(
      'volume: the instances as sent',
      'MB',
      measured.values('volume', 'bytes').map((bytes) => bytes / 1e6),
    ),
  ];
}
