import type { EhrConfig, LimitsConfig } from '../config-schema.ts';
import type { OutboundConfig } from '../outbound/open-agent.ts';
import { type FhirConnection, openFhirConnection } from './connection/open-fhir-connection.ts';

/** One EHR: how to speak to it, and what the site has decided about it. */
export interface EhrClient {
  readonly name: string;
  readonly config: EhrConfig;
  readonly connection: FhirConnection;
  close(): Promise<void>;
}

/** Opens the client of one EHR; no request is sent yet. @throws LobarError `config-invalid` */
export function openEhr(
  name: string,
  config: EhrConfig,
  limits: LimitsConfig,
  outbound?: OutboundConfig,
): EhrClient {
  const connection = openFhirConnection(name, `ehr.${name}`, config, limits, outbound);
  return { name, config, connection, close: () => connection.close() };
}
