import { LobarError } from '../errors.ts';
import type { EhrClient } from '../fhir/open-ehr.ts';
import { namedEndpoint } from './named-endpoint.ts';

/** The EHR to publish to. @throws LobarError `publish-not-configured`, `endpoint-unknown` */
export function publishTarget(
  { ehrs }: { readonly ehrs: ReadonlyMap<string, EhrClient> },
  name: string | undefined,
): EhrClient {
  if (ehrs.size === 0 && name === undefined) throw new LobarError('publish-not-configured', {});
  return namedEndpoint('ehr', ehrs, name);
}
