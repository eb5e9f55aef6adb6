import { randomUUID } from 'node:crypto';
import type { FhirResource, RequestOptions } from 'fhir-kit-client';
import type { FhirConnectionConfig, LimitsConfig } from '../../config-schema.ts';
import { openAuthorization } from '../../outbound/authorization.ts';
import { type OutboundConfig, unrestricted } from '../../outbound/open-agent.ts';
import type { ScopeNeed } from '../../outbound/smart-scopes.ts';
import { allPages } from './all-pages.ts';
import { checkTransactionAnswer } from './check-transaction-answer.ts';
import { openCircuitBreaker } from './circuit-breaker.ts';
import { expectResource, expectSearchset, expectWritten } from './expect-answer.ts';
import type { Failure, SentDocuments } from './failure.ts';
import { narrowedSearch } from './narrowed-search.ts';
import { openTransport } from './open-transport.ts';
import {
  type Send,
  type SendOptions,
  type Sent,
  sendOnce,
  sendOptional,
  sendWithRetry,
} from './send-with-retry.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  /** X-Request-Id; a random one if left out. */
  readonly requestId?: string | undefined;
  /** Values that identify the patient: no error says them. */
  readonly personal?: readonly string[];
}

/** What a question may leave out, and how much it matters. */
export interface SearchOptions extends CallOptions {
  /**
   * The elements that are wanted (`_elements`, FHIR R4 search 3.1.1.5.5), where the server takes that parameter: what is found may
   * then be no whole resource, and must never be put back.
   */
  readonly elements?: readonly string[];
  /** It can be done without an answer: asked once, and no failure counts against the server. */
  readonly isOptional?: true;
}

export interface WriteOptions extends CallOptions {
  readonly documents?: SentDocuments | undefined;
}

/** Whether a write is known to be carried out, with what the server answered; if not, what became of it. */
export type Written<T> = { readonly written: T } | { readonly failure: Failure };

export interface Identifier {
  readonly system?: string | undefined;
  readonly value: string;
}

/**
 * One FHIR R4 server. Every call throws LobarError `ehr-unreachable`, `ehr-timeout`, `ehr-error`,
 * `ehr-busy`, `ehr-rejected`, `ehr-response-invalid`, `ehr-suspended`, `ehr-auth-failed`, `ehr-token-unavailable`,
 * `address-blocked`, `proxy-failed`, `config-invalid` (a secret or TLS file), `shutting-down`, or what its
 * signal was aborted with; no message holds patient data. What changes nothing is sent again by the rules of
 * `sendWithRetry`; a write is sent once and gives its failure instead of throwing it: whether to send it again
 * is to be decided by what the server holds then.
 */
export interface FhirConnection {
  readonly name: string;
  /** Where it is configured: `ehr.main`. */
  readonly setting: string;
  /** A searchset, with all its pages; values are taken as they are, see `token`. Never from the server's cache. */
  search(
    type: string,
    params: Readonly<Record<string, string>>,
    options: SearchOptions,
  ): Promise<fhir4.Bundle>;
  /** The resource, or undefined for 404 and 410. */
  read<T extends fhir4.FhirResource>(
    type: T['resourceType'],
    id: string,
    options: CallOptions,
  ): Promise<T | undefined>;
  capabilities(options: CallOptions): Promise<fhir4.CapabilityStatement>;
  /** The transaction-response: as many entries as were sent, each 200 or 201. */
  transact(bundle: fhir4.Bundle, options: WriteOptions): Promise<Written<fhir4.Bundle>>;
  /** POST Type; gives the id that the server gave it. `idWanted: false` takes an answer that does not say one. */
  create(
    resource: fhir4.FhirResource,
    options: WriteOptions & { readonly idWanted?: boolean },
  ): Promise<Written<{ id: string }>>;
  /** PUT Type/id; `ifMatch` is a versionId. */
  update(
    resource: fhir4.FhirResource & { id: string },
    options: WriteOptions & { readonly ifMatch?: string | undefined },
  ): Promise<Written<{ id: string }>>;
  close(): Promise<void>;
}

/**
 * Opens no connection yet.
 *
 * @param name - of the server, for errors
 * @param setting - where it is configured, for errors: `ehr.main`
 * @param needs - what is done there, for the scopes of SMART
 * @throws LobarError `config-invalid` for a key or TLS file
 */
export function openFhirConnection(
  name: string,
  setting: string,
  config: FhirConnectionConfig,
  limits: LimitsConfig,
  outbound: OutboundConfig = unrestricted,
  needs: readonly ScopeNeed[] = [],
): FhirConnection {
  const { client, close } = openTransport(setting, config, limits, outbound);
  const { timeouts, headers } = config;
  const authorization = openAuthorization(setting, config, outbound, needs);
  const target = {
    authorization,
    headers,
    breaker: openCircuitBreaker(name, config.breaker),
    system: setting.startsWith('ehr.') ? 'ehr' : 'audit',
    observe: outbound.observe,
  } as const;

  const facts = { target, ehr: name, setting, timeouts };
  const sending = (
    interaction: SendOptions['interaction'],
    operation: string,
    { signal, requestId = randomUUID(), personal = [], documents }: WriteOptions,
  ): SendOptions => ({ ...facts, interaction, operation, personal, signal, requestId, documents });

  const write = async <T>(
    interaction: SendOptions['interaction'],
    operation: string,
    options: WriteOptions,
    send: Send<T>,
  ): Promise<Written<T>> => {
    const sent = await sendOnce(send, { ...sending(interaction, operation, options), write: true });
    return 'value' in sent ? { written: sent.value } : sent;
  };

  const search = async (
    resourceType: string,
    params: Readonly<Record<string, string>>,
    options: SearchOptions,
  ): Promise<fhir4.Bundle> => {
    const operation = `the search for ${resourceType}`;
    const page = async (get: (options: RequestOptions) => Promise<unknown>): Promise<fhir4.Bundle> => {
      const send: Send<fhir4.Bundle> = async (headers, personal, seen) => {
        // HAPI gives the result of an equal search of the last minute again (FHIR R4 3.1.0.1.12).
        const uncached = { ...headers, 'cache-control': 'no-cache' };
        const answer = seen(await get({ headers: uncached, signal: options.signal }));
        return expectSearchset(answer, { ehr: name, operation, personal });
      };
      const asked = sending('search', operation, options);
      return wanted(await (options.isOptional ? sendOptional(send, asked) : sendWithRetry(send, asked)));
    };
    const searchParams = { ...params };
    const first = await page((options) => client.resourceSearch({ resourceType, searchParams, options }));
    const read = (url: string) =>
      page(async (options) => {
        const bundle = { resourceType: 'Bundle', link: [{ relation: 'next', url }] };
        return await client.nextPage({ bundle, options });
      });
    return await allPages(first, read, { ehr: name, operation, url: config.url });
  };

  return {
    name,
    setting,
    search: narrowedSearch(search),

    async read<T extends fhir4.FhirResource>(
      resourceType: T['resourceType'],
      id: string,
      options: CallOptions,
    ) {
      const operation = `the reading of the ${resourceType}`;
      const send: Send<T> = async (headers, personal, seen) => {
        const request = { resourceType, id, options: { headers, signal: options.signal } };
        const answer = seen(await client.read(request));
        return expectResource<T>(answer, resourceType, { ehr: name, operation, personal });
      };
      const sent = await sendWithRetry(send, {
        ...sending('read', operation, options),
        expected: [404, 410],
      });
      return 'value' in sent ? sent.value : undefined;
    },

    async capabilities(options) {
      const operation = 'the request for its CapabilityStatement';
      const send: Send<fhir4.CapabilityStatement> = async (headers, personal, seen) => {
        const answer = seen(await client.capabilityStatement({ headers, signal: options.signal }));
        return expectResource(answer, 'CapabilityStatement', { ehr: name, operation, personal });
      };
      return wanted(await sendWithRetry(send, sending('capabilities', operation, options)));
    },

    transact(bundle, options) {
      const operation = 'the transaction';
      const body = JSON.stringify(bundle) as unknown as FhirResource;
      return write('transaction', operation, options, async (headers, personal, seen) => {
        const request = { body, options: { headers, signal: options.signal } };
        const answer = seen(await client.transaction(request));
        const asked = { ehr: name, operation, personal };
        return checkTransactionAnswer(answer, bundle.entry?.length ?? 0, asked);
      });
    },

    create(resource, { idWanted = true, ...options }) {
      const { resourceType } = resource;
      const operation = `the creation of the ${resourceType}`;
      return write('create', operation, options, async (headers, personal, seen) => {
        const request = {
          resourceType,
          body: resource as unknown as FhirResource,
          options: { headers: { ...headers, prefer: preferred(options) }, signal: options.signal },
        };
        const answer = seen(await client.create(request));
        const known = { resourceType, ...(idWanted ? {} : { id: '' }) };
        return expectWritten(answer, known, { ehr: name, operation, personal });
      });
    },

    update(resource, { ifMatch, ...options }) {
      const { resourceType, id } = resource;
      const operation = `the update of the ${resourceType}`;
      const condition = ifMatch === undefined ? {} : { 'if-match': entityTag(ifMatch) };
      return write('update', operation, options, async (headers, personal, seen) => {
        const request = {
          resourceType,
          id,
          body: resource as unknown as FhirResource,
          options: {
            headers: { ...headers, ...condition, prefer: preferred(options) },
            signal: options.signal,
          },
        };
        const answer = seen(await client.update(request));
        return expectWritten(answer, { resourceType, id }, { ehr: name, operation, personal });
      });
    },

    async close() {
      await Promise.all([close(), authorization.close()]);
    },
  };
}

function wanted<T>(sent: Sent<T>): T {
  if ('value' in sent) {
    return sent.value;
  }
  throw sent.failure.error;
}

/** What was sent comes back, and says its id; not with its documents (FHIR R4 3.1.0.1.8). */
function preferred({ documents }: WriteOptions): string {
  return `return=${documents === undefined ? 'representation' : 'minimal'}`;
}

/** A versionId as If-Match has it (FHIR R4 3.1.0.1.3). Some servers say the whole tag for the versionId. */
export function entityTag(versionId: string): string {
  return `W/"${versionId.replace(/^(?:W\/)?"(.*)"$/, '$1')}"`;
}

/** A token parameter; `\`, `|`, `,` and `$` in it are escaped (FHIR R4 search, 3.1.1.6). */
export function token({ system, value }: Identifier): string {
  const escaped = (text: string) => text.replace(/[\\|,$]/g, '\\$&');
  return `${system === undefined ? '' : `${escaped(system)}|`}${escaped(value)}`;
}
