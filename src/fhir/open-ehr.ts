import type { EhrConfig, LimitsConfig } from '../config-schema.ts';
import type { OutboundConfig } from '../outbound/open-agent.ts';
import {
  type CallOptions,
  type FhirConnection,
  openFhirConnection,
} from './connection/open-fhir-connection.ts';
import { ehrNeeds } from './needed-scopes.ts';
import { negotiatedWriteMode } from './write/negotiated-write-mode.ts';
import { OneAtATime } from './write/one-at-a-time.ts';
import type { ChosenWriteMode } from './write/write-mode.ts';

/** One EHR: how to speak to it, and what the site has decided about it. */
export interface EhrClient {
  readonly name: string;
  readonly config: EhrConfig;
  readonly connection: FhirConnection;
  /** How it is to be written to. @throws LobarError `write-mode-unavailable`, and what FhirConnection throws */
  writeMode(call: CallOptions): Promise<ChosenWriteMode>;
  /** The publishing of one report at a time: the next one sees what the one before has written. */
  readonly publishing: OneAtATime;
  close(): Promise<void>;
}

/**
 * Opens the client of one EHR; no request is sent yet.
 *
 * @param onWriteMode - is told how the EHR is written to, at first and each time that changes
 * @throws LobarError `config-invalid`
 */
export function openEhr(
  name: string,
  config: EhrConfig,
  limits: LimitsConfig,
  outbound?: OutboundConfig,
  onWriteMode: (chosen: ChosenWriteMode) => void = () => {},
): EhrClient {
  const connection = openFhirConnection(name, `ehr.${name}`, config, limits, outbound, ehrNeeds(config));
  const { writeMode, documentReference, presentedForm } = config;
  return {
    name,
    config,
    connection,
    writeMode: negotiatedWriteMode(
      { name, writeMode, documentReference, presentedForm },
      connection,
      onWriteMode,
    ),
    publishing: new OneAtATime(),
    close: () => connection.close(),
  };
}
