import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EhrConfig, LimitsConfig } from '../../src/config-schema.ts';
import { type EhrClient, openEhr } from '../../src/fhir/open-ehr.ts';
import type { PublishOptions } from '../../src/fhir/publish-findings.ts';

export const patientSystem = 'urn:oid:2.16.840.1.113883.19.5';
export const fhirBase = 'https://lobar.example.org/fhir';

/** A patient whose every text is a canary: none may turn up in an error. */
export const canaryPatient: fhir4.Patient = {
  resourceType: 'Patient',
  id: 'p-canary-id',
  identifier: [{ system: patientSystem, value: 'MRN-42' }],
  name: [{ family: 'Canaryfamily', given: ['Canarygiven'] }],
  birthDate: '1950-01-02',
};

export const canaries = [
  'MRN-42',
  'p-canary-id',
  'Canaryfamily',
  'Canarygiven',
  '1950-01-02',
  'ACC-1',
  '1.2.826.0.1',
];

export function ehrConfig(url: string, more: Partial<EhrConfig> = {}): EhrConfig {
  return {
    url,
    tls: { insecure: false },
    timeouts: { connect: 1, firstByte: 2, idle: 2, total: 20 },
    breaker: { failures: 1000, openSeconds: 30 },
    headers: {},
    patientIdentifierSystem: patientSystem,
    issuerSystems: {},
    reportStatus: 'preliminary',
    aiLabel: true,
    reportCode: 'ct-chest',
    writeMode: 'put-id',
    presentedForm: [],
    documentReference: false,
    previousResults: false,
    demographics: 'refuse',
    lookUp: { serviceRequest: false, imagingStudy: false },
    ...more,
  };
}

/** A client of one EHR, and the options to publish into it. */
export function openTestEhr(
  url: string,
  more: Partial<EhrConfig> = {},
): { ehr: EhrClient; options: PublishOptions } {
  const config = ehrConfig(url, more);
  const ehr = openEhr('main', config, { jsonBytes: 2 ** 20 } as LimitsConfig);
  const { signal } = new AbortController();
  return { ehr, options: { fhirBase, mode: 'publish', signal } };
}

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface RawServer extends AsyncDisposable {
  /** FHIR base. */
  readonly url: string;
  readonly stopListening: () => void;
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
}

/**
 * An HTTP server that answers as a test wants: to the searches for patient and run, to the reading of the
 * report, to what is posted. To anything else `other` answers; without it any other search finds nothing.
 */
export async function rawServer(answers: {
  readonly patient?: Answer;
  readonly run?: Answer;
  readonly report?: Answer;
  readonly transaction?: Answer;
  readonly other?: Answer;
}): Promise<RawServer> {
  const requests: RawServer['requests'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body });
      const answer =
        method === 'POST'
          ? (answers.transaction ?? applied)
          : url.startsWith('/fhir/Patient?')
            ? (answers.patient ?? json(200, searchset([canaryPatient])))
            : url.startsWith('/fhir/DiagnosticReport?') && url.includes('ai-run')
              ? (answers.run ?? json(200, searchset([])))
              : url.includes('?')
                ? (answers.other ?? json(200, searchset([])))
                : url.startsWith('/fhir/DiagnosticReport/')
                  ? (answers.report ?? json(404, outcome('not there')))
                  : (answers.other ?? json(404, outcome('not there')));
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`,
    requests,
    stopListening: () => void server.close(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Answers a transaction as a server that applied it. */
export const applied: Answer = (request, response, body) => {
  const { entry = [] } = JSON.parse(body) as fhir4.Bundle;
  json(200, transactionResponse(entry.map(() => '201 Created')))(request, response, body);
};

export function transactionResponse(statuses: readonly string[]): fhir4.Bundle {
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: statuses.map((status) => ({ response: { status } })),
  };
}

export function searchset(resources: readonly fhir4.FhirResource[]): fhir4.Bundle {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: resources.length,
    entry: resources.map((resource) => ({ resource, search: { mode: 'match' } })),
  };
}

export function outcome(diagnostics: string): fhir4.OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'processing', diagnostics }],
  };
}
