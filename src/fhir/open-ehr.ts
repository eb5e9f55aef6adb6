import { randomUUID } from 'node:crypto';
import type { FhirResource } from 'fhir-kit-client';
import type { EhrConfig, LimitsConfig } from '../config-schema.ts';
import type { OutboundConfig } from '../outbound/open-agent.ts';
import { checkTransactionAnswer } from './check-transaction-answer.ts';
import type { Failure } from './classify-failure.ts';
import { openTransport } from './open-transport.ts';
import { carriesRun, type Run } from './report-context.ts';
import type { ReportFacts } from './report-facts.ts';
import { onlyPatient, patientIdentifier, type ResolvedSubject } from './resolve-subject.ts';
import { expectBundle, expectResource, matchesOf } from './search-answer.ts';
import { type SendOptions, type Sent, sendOnce, sendWithRetry } from './send-with-retry.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  /** X-Request-Id; a random one if left out. */
  readonly requestId?: string | undefined;
  /** Values that identify the patient: no error says them. */
  readonly personal?: readonly string[];
}

/** Whether a transaction is known to be applied; if not, what became of it. */
export type TransactionResult =
  | { readonly applied: true }
  | { readonly applied: false; readonly failure: Failure };

/**
 * One EHR. Every call throws LobarError `ehr-unreachable`, `ehr-timeout`, `ehr-error`, `ehr-rejected`,
 * `ehr-response-invalid`, `address-blocked`, `proxy-failed`, `config-invalid` (a token or TLS file), or what its signal was aborted with; no message holds
 * patient data.
 */
export interface EhrClient {
  readonly name: string;
  /** By one identifier search. @throws `patient-identifier-missing`, `patient-not-found`, `patient-ambiguous` */
  resolveSubject(study: ReportFacts['study'], options: CallOptions): Promise<ResolvedSubject>;
  /** The report that a run wrote, `DiagnosticReport/<id>`. */
  findRun(run: Run, options: CallOptions): Promise<string | undefined>;
  readReport(id: string, options: CallOptions): Promise<fhir4.DiagnosticReport | undefined>;
  /**
   * Sends a transaction once, and gives its failure instead of throwing it: whether to send it again is to be
   * decided by what the EHR holds then. One on its way is not cancelled: a write with an unknown outcome is
   * worse than a late one.
   */
  transact(bundle: fhir4.Bundle, options: CallOptions): Promise<TransactionResult>;
  close(): Promise<void>;
}

/** Opens the client of one EHR; no request is sent yet. @throws LobarError `config-invalid` */
export function openEhr(
  name: string,
  config: EhrConfig,
  limits: LimitsConfig,
  outbound?: OutboundConfig,
): EhrClient {
  const { client, close } = openTransport(name, config, limits, outbound);

  const sending = (operation: string, { signal, requestId = randomUUID(), personal = [] }: CallOptions) => {
    const request = { ehr: name, operation, timeouts: config.timeouts, personal };
    return { ...request, signal, requestId, config } satisfies SendOptions;
  };

  const search = async (
    resourceType: 'Patient' | 'DiagnosticReport',
    identifier: { system: string; value: string },
    options: CallOptions,
  ): Promise<fhir4.Bundle> => {
    const operation = `the search for ${resourceType}`;
    const searchParams = { identifier: token(identifier) };
    const sent = await sendWithRetry(
      async (headers) => {
        const answer = await client.resourceSearch({
          resourceType,
          searchParams,
          options: { headers, signal: options.signal },
        });
        return expectBundle(answer, 'searchset', { ehr: name, operation });
      },
      sending(operation, options),
    );
    return wanted(sent);
  };

  return {
    name,
    close,

    async resolveSubject(study, options) {
      const identifier = patientIdentifier(study, config);
      const personal = [...(options.personal ?? []), identifier.value];
      const found = await search('Patient', identifier, { ...options, personal });
      return onlyPatient(found, identifier, name);
    },

    async findRun(run, options) {
      const found = await search('DiagnosticReport', run, options);
      const reports = matchesOf<fhir4.DiagnosticReport>(found, 'DiagnosticReport');
      const report = reports.find((one) => carriesRun(one, run));
      return report?.id === undefined ? undefined : `DiagnosticReport/${report.id}`;
    },

    async readReport(id, options) {
      const operation = 'the reading of the DiagnosticReport';
      const sent = await sendWithRetry(
        async (headers) => {
          const answer = await client.read({
            resourceType: 'DiagnosticReport',
            id,
            options: { headers, signal: options.signal },
          });
          return expectResource<fhir4.DiagnosticReport>(answer, 'DiagnosticReport', { ehr: name, operation });
        },
        { ...sending(operation, options), expected: [404, 410] },
      );
      return 'value' in sent ? sent.value : undefined;
    },

    async transact(bundle, options) {
      const operation = 'the transaction';
      const body = JSON.stringify(bundle) as unknown as FhirResource;
      const sent = await sendOnce(
        async (headers) => {
          const answer = await client.transaction({ body, options: { headers } });
          const personal = options.personal ?? [];
          checkTransactionAnswer(answer, bundle.entry?.length ?? 0, { ehr: name, operation, personal });
        },
        { ...sending(operation, options), write: true },
      );
      return 'value' in sent ? { applied: true } : { applied: false, failure: sent.failure };
    },
  };
}

function wanted<T>(sent: Sent<T>): T {
  if ('value' in sent) {
    return sent.value;
  }
  throw sent.failure.error;
}

/** A token parameter; `\`, `|`, `,` and `$` in it are escaped (FHIR R4 search, 3.1.1.6). */
function token({ system, value }: { system: string; value: string }): string {
  const escaped = (text: string) => text.replace(/[\\|,$]/g, '\\$&');
  return `${escaped(system)}|${escaped(value)}`;
}
