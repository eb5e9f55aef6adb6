import type { EhrConfig } from '../../src/config-schema.ts';
import type { LobarError } from '../../src/errors.ts';
import { type PublishResult, publishFindings } from '../../src/fhir/publish-findings.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { openTestEhr, type RawServer, rawServer } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';

export type Answers = Parameters<typeof rawServer>[0];

/** Publishes into a server with the given answers. */
export async function publishInto(
  answers: Answers,
  more: { config?: Partial<EhrConfig>; facts?: ReportFacts; signal?: AbortSignal } = {},
): Promise<{ publication?: PublishResult; error?: LobarError; requests: RawServer['requests'] }> {
  await using server = await rawServer(answers);
  const { ehr, options } = openTestEhr(server.url, more.config);
  const publishing = { ...options, ...(more.signal ? { signal: more.signal } : {}) };
  const result = await publishFindings(ehr, more.facts ?? exampleFacts, publishing).then(
    (publication) => ({ publication }),
    (error: LobarError) => ({ error }),
  );
  await ehr.close();
  return { ...result, requests: server.requests };
}

export const posts = (requests: readonly { readonly method: string }[]): number =>
  requests.filter(({ method }) => method === 'POST').length;
