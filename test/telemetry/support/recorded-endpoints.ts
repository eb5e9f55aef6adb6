import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { openSandboxEhr } from '../../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type PhantomStudy, writePhantomStudy } from '../../support/phantom-study.ts';
import { openRecordingProxy } from '../../support/recording-proxy.ts';
import { patient, patientSystem } from '../../support/test-service.ts';

export interface RecordedEndpoints extends AsyncDisposable {
  readonly folder: string;
  readonly study: PhantomStudy;
  /** The configuration that leads to them. */
  readonly settings: object;
  /** The headers of all requests that they got. */
  headers(): readonly Readonly<Record<string, string | string[] | undefined>>[];
}

/** A PACS with one small study, and an EHR that keeps the audit too, behind proxies that keep what they were sent. */
export async function openRecordedEndpoints(): Promise<RecordedEndpoints> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-traces-'));
  const study = await writePhantomStudy(join(folder, 'pacs'), { slices: 52, matrix: 32 });
  const sandboxPacs = await openSandboxPacs({ folder: join(folder, 'pacs') });
  const sandboxEhr = await openSandboxEhr({ patients: [patient(study.study.patient.id)] });
  const pacs = await openRecordingProxy(sandboxPacs.url);
  const ehr = await openRecordingProxy(sandboxEhr.url);
  return {
    folder,
    study,
    settings: {
      pacs: { main: { url: pacs.url } },
      ehr: { main: { url: ehr.url, patientIdentifierSystem: patientSystem } },
      audit: { fhir: { url: ehr.url } },
    },
    headers: () => [...pacs.requests, ...ehr.requests].map((one) => one.headers),
    async [Symbol.asyncDispose]() {
      await pacs[Symbol.asyncDispose]();
      await ehr[Symbol.asyncDispose]();
      await Promise.all([sandboxPacs.close(), sandboxEhr.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whoever asks Lobar, with a span of its own (W3C Trace Context 3.2). */
export function tracingCaller(number: number, flags: '00' | '01' = '01') {
  const traceId = `4bf92f3577b34da6a3ce929d0e0e47${String(number).padStart(2, '0')}`;
  const spanId = '00f067aa0ba902b7';
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-${flags}` } };
}

export interface Answer {
  readonly status: number;
  readonly id: string;
  readonly text: string;
}

export async function postAnalysis(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await request(`${url}/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    headersTimeout: 0,
  });
  const id = String(answer.headers['x-request-id']);
  return { status: answer.statusCode, id, text: await answer.body.text() };
}
