import assert from 'node:assert/strict';
import { chooseSeries } from '../../../src/analysis/choose-series.ts';
import { pacsSource } from '../../../src/analysis/pacs-source.ts';
import { retrieve } from '../../../src/analysis/retrieve.ts';
import { checkConfig } from '../../../src/config.ts';
import type { PacsConfig } from '../../../src/config-schema.ts';
import type { DecodePool } from '../../../src/dicom/decode-pool.ts';
import { openPacs } from '../../../src/dicomweb/open-pacs.ts';
import type { CtVolume } from '../../../src/volume/types.ts';

/** The settings of a PACS, those left out at their defaults. */
export function pacsConfig(settings: { readonly url: string } & Record<string, unknown>): PacsConfig {
  const config = checkConfig({ pacs: { orthanc: settings } }).pacs['orthanc'];
  assert.ok(config !== undefined);
  return config;
}

/**
 * What an analysis does with a study before it infers: lists, chooses, streams and decodes it; by force, as
 * the short series of these tests are not eligible.
 *
 * @throws LobarError as an analysis would.
 */
export async function retrieveVolume(
  pacsSettings: PacsConfig,
  studyUid: string,
  decodePool: DecodePool,
): Promise<CtVolume> {
  const { limits, eligibility } = checkConfig({});
  const pacs = openPacs('orthanc', pacsSettings, limits);
  const { signal } = new AbortController();
  try {
    const source = pacsSource(pacs, studyUid, limits);
    const chosen = await chooseSeries(source, { force: true }, eligibility, signal);
    assert.equal(chosen.kind, 'chosen');
    const { volume } = await retrieve(source, chosen, {
      decodePool,
      limits,
      force: true,
      signal,
      onProgress: () => {},
    });
    return volume;
  } finally {
    await pacs.close();
  }
}
