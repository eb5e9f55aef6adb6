import { checkConfig } from '../../src/config.ts';
import type { Config } from '../../src/config-schema.ts';
import { openPacs, type PacsClient } from '../../src/dicomweb/open-pacs.ts';
import type { SeriesLocation } from './series-location.ts';

/** Lobar's client of the PACS, and the settings that it has by default. */
export function openLobar({ url }: SeriesLocation): { pacs: PacsClient; config: Config } {
  const config = checkConfig({ pacs: { peer: { url } } });
  const peer = config.pacs['peer'];
  if (peer === undefined) throw new Error('The configuration lost its PACS.');
  return { pacs: openPacs('peer', peer, config.limits), config };
}
