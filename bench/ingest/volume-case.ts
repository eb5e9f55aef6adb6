/**
 * Case (d): the series as an analysis retrieves it, decoded while it arrives, to the finished volume. The study
 * is listed and its series chosen before.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type ChosenSeries, chooseSeries } from '../../src/analysis/choose-series.ts';
import { pacsSource } from '../../src/analysis/pacs-source.ts';
import { retrieve } from '../../src/analysis/retrieve.ts';
import type { StudySource } from '../../src/analysis/study-source.ts';
import type { EligibilityConfig } from '../../src/config-schema.ts';
import { type DecodePool, openDecodePool } from '../../src/dicom/decode-pool.ts';
import { sliceHeader } from '../../test/dicom/support/headers.ts';
import { answerChildCase } from '../child-case.ts';
import { openLobar } from './open-lobar.ts';
import type { SeriesLocation } from './series-location.ts';
import { twice } from './twice.ts';
import { warmUp } from './warm-up.ts';

/** Of the PACS; what they received is counted at the socket, not by whom is measured. */
const sockets: Socket[] = [];
subscribe('undici:client:connected', (message) => {
  sockets.push((message as { readonly socket: Socket }).socket);
});
const receivedBytes = () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);

await answerChildCase(async (location: SeriesLocation) => {
  const { pacs, config } = openLobar(location);
  const pool = openDecodePool({ threads: 0 });
  await Promise.all([warmUp(location.url), started(pool)]);
  const { signal } = new AbortController();
  const source = pacsSource(pacs, location.studyUid, config.limits);
  const chosen = await choose(source, location, config.eligibility, signal);
  const sample = await twice(async () => {
    const before = receivedBytes();
    const begun = performance.now();
    const first = { bytes: 0, ms: 0 };
    const { volume, instances, bytes } = await retrieve(source, chosen, {
      decodePool: pool,
      limits: config.limits,
      force: false,
      signal,
      onProgress: () => {
        if (first.bytes > 0) return;
        first.bytes = receivedBytes() - before;
        first.ms = performance.now() - begun;
      },
    });
    return {
      instances,
      bytes,
      volumeMb: volume.data.byteLength / 1e6,
      firstSliceBytes: first.bytes,
      firstSliceMs: first.ms,
      receivedBytes: receivedBytes() - before,
    };
  });
  await pool.close();
  await pacs.close();
  return sample;
});

/** @throws Error where an analysis would not take the series, and all of it. */
async function choose(
  source: StudySource,
  { seriesUid, instances }: SeriesLocation,
  rules: EligibilityConfig,
  signal: AbortSignal,
): Promise<ChosenSeries> {
  const chosen = await chooseSeries(source, { force: false }, rules, signal);
  if (chosen.kind === 'ineligible' || chosen.uid !== seriesUid || chosen.slices.size !== instances) {
    throw new Error('An analysis would not choose this series, or not all of it.');
  }
  return chosen;
}

/**
 * Waits until every worker runs, as they do when a pod has started: each refuses an empty frame. Codecs are
 * loaded by the first frame that needs them, which is measured.
 */
async function started(pool: DecodePool): Promise<void> {
  const direction = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] } as const;
  const layout = { transpose: false, flipX: false, flipY: false, direction };
  const header = sliceHeader(0, { transferSyntaxUid: '1.2.840.10008.1.2' });
  const refuse = () => pool.decodeSlice({ frame: new Uint8Array(0), header, layout }).catch(() => undefined);
  await Promise.all(Array.from({ length: pool.threads }, refuse));
}
