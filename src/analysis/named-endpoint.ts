import { LobarError } from '../errors.ts';

/**
 * The name itself where it is one of these, or the first of them where none is asked for.
 *
 * @throws LobarError `endpoint-unknown`
 */
export function endpointName(
  kind: 'pacs' | 'ehr' | 'callback',
  known: readonly string[],
  name: string | undefined,
): string {
  const wanted = name ?? known[0] ?? '(default)';
  if (known.includes(wanted)) return wanted;
  throw new LobarError('endpoint-unknown', { kind, known }, { details: { name: wanted } });
}

/**
 * The endpoint of that name, or the first configured one.
 *
 * @throws LobarError `endpoint-unknown`
 */
export function namedEndpoint<Endpoint>(
  kind: 'pacs' | 'ehr' | 'callback',
  endpoints: ReadonlyMap<string, Endpoint>,
  name: string | undefined,
): Endpoint {
  return endpoints.get(endpointName(kind, [...endpoints.keys()], name)) as Endpoint;
}
