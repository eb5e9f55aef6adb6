import { endpointName } from '../analysis/named-endpoint.ts';
import type { Config, PacsConfig } from '../config-schema.ts';
import { openPacs, type PacsClient } from '../dicomweb/open-pacs.ts';

/**
 * One PACS of the configuration.
 *
 * @param name its first one where it is left out; one must be configured then
 * @param outbound what holds for its connections, and who is told of them; the configuration itself where it is left out
 * @throws LobarError `endpoint-unknown`, `config-invalid`
 */
export function openConfiguredPacs(
  name: string | undefined,
  config: Config,
  outbound: Parameters<typeof openPacs>[3] = config,
): PacsClient {
  const wanted = endpointName('pacs', Object.keys(config.pacs), name);
  return openPacs(wanted, config.pacs[wanted] as PacsConfig, config.limits, outbound);
}
