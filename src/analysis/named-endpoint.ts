import { LobarError } from '../errors.ts';

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
  const wanted = name ?? endpoints.keys().next().value ?? '(default)';
  const endpoint = endpoints.get(wanted);
  if (endpoint === undefined) {
    throw new LobarError(
      'endpoint-unknown',
      { kind, known: [...endpoints.keys()] },
      { details: { name: wanted } },
    );
  }
  return endpoint;
}
