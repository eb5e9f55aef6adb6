import { checkConfig } from '../../src/config.ts';
import type { LimitsConfig } from '../../src/config-schema.ts';
import { openPacs, type PacsClient } from '../../src/dicomweb/open-pacs.ts';
import type { SeriesLocation } from './series-location.ts';

/** Lobar's client of the PACS with the default settings and limits. */
export function openLobar({ url }: SeriesLocation): { pacs: PacsClient; limits: LimitsConfig } {
  const config = checkConfig({ pacs: { peer: { url } } });
  const peer = config.pacs['peer'];
  if (peer === undefined) throw new Error('The configuration lost its PACS.');
  return { pacs: openPacs('peer', peer, config.limits), limits: config.limits };
}
