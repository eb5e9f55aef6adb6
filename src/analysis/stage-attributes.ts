/** What the span of a stage says about its result: counts and kinds, nothing of patient or study. */
import type { Attributes } from '@opentelemetry/api';
import type { IngestedSeries } from '../dicom/ingest-series.ts';
import { transferSyntax } from '../dicom/transfer-syntaxes.ts';
import type { Publication } from './documents.ts';

export function retrievedAttributes({
  headers,
  slices,
  instances,
  bytes,
  decodeMs,
}: IngestedSeries): Attributes {
  const syntax = transferSyntax(headers[0]?.transferSyntaxUid ?? '')?.name;
  return {
    'lobar.slices': slices,
    'lobar.instances': instances,
    'lobar.bytes': bytes,
    // By its name: its UID says nothing of the patient, but then no attribute is a UID.
    ...(syntax === undefined ? {} : { 'lobar.transfer_syntax': syntax }),
    'lobar.decode.slices': slices,
    'lobar.decode.seconds': decodeMs / 1000,
  };
}

export function publishedAttributes({ published }: { readonly published?: Publication }): Attributes {
  if (published === undefined) return { 'lobar.dry_run': true };
  const mode = published.writeMode?.mode;
  return {
    'lobar.endpoint': `ehr.${published.ehr}`,
    'lobar.already_published': published.alreadyPublished,
    ...(mode === undefined ? {} : { 'lobar.write_mode': mode }),
  };
}
