import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WriteMode } from '../../../src/config-endpoints.ts';
import { forwardedHeaders } from '../../support/forwarded-headers.ts';
import { outcome } from '../ehr-fixture.ts';

type Capability =
  | 'transaction'
  | 'updateCreate'
  | 'conditionalUpdate'
  | 'conditionalCreate'
  | 'update'
  /** To create anything but a DocumentReference. */
  | 'create of reports';

/** What an EHR must not offer so that a mode is the best there is. */
const hiddenFor: Record<WriteMode, readonly Capability[]> = {
  'put-id': [],
  'conditional-update': ['updateCreate'],
  'conditional-create': ['updateCreate', 'conditionalUpdate'],
  'create-and-search': ['updateCreate', 'conditionalUpdate', 'conditionalCreate', 'transaction'],
  document: ['updateCreate', 'conditionalUpdate', 'conditionalCreate', 'transaction', 'create of reports'],
};

export interface SeenRequest {
  readonly method: string;
  /** Under the FHIR base, with its query as it was sent. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers?: Record<string, string>;
}

/** Stands between a test and the EHR: forwards, answers something else, or hangs up (undefined). */
export type Intercept = (
  request: SeenRequest,
  forward: () => Promise<Answered>,
  /** From 1, of all requests. */
  number: number,
) => Promise<Answered | undefined>;

export interface NarrowedEhr extends AsyncDisposable {
  readonly url: string;
  readonly requests: SeenRequest[];
  intercept: Intercept | undefined;
}

/** An EHR that says in its CapabilityStatement that it cannot do what is hidden, and refuses to. */
export async function openNarrowedEhr(
  target: string,
  narrowedTo: WriteMode | readonly Capability[],
): Promise<NarrowedEhr> {
  const hidden = typeof narrowedTo === 'string' ? hiddenFor[narrowedTo] : narrowedTo;
  const requests: SeenRequest[] = [];

  const forward = async ({ method, path, headers, body }: SeenRequest): Promise<Answered> => {
    const problem = await refusal(target, hidden, { method, path, headers, body });
    if (problem !== undefined) return { status: 405, text: JSON.stringify(outcome(problem)) };
    const answer = await fetch(`${target}${path}`, {
      method,
      headers: forwardedHeaders(headers),
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.text();
    const location = answer.headers.get('location');
    return {
      status: answer.status,
      text: path.startsWith('/metadata') ? JSON.stringify(narrowed(JSON.parse(text), hidden)) : text,
      ...(location === null ? {} : { headers: { location } }),
    };
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '', headers } = request;
      const path = url.replace(/^\/fhir\/?/, '/').replace(/^\/$/, '');
      const seen = { method, path, headers, body: Buffer.concat(chunks).toString() };
      requests.push(seen);
      const pass = () => forward(seen);
      const answer = await (ehr.intercept?.(seen, pass, requests.length) ?? pass());
      if (answer === undefined) {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/fhir+json', ...answer.headers });
      response.end(answer.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ehr: NarrowedEhr = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`,
    requests,
    intercept: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return ehr;
}

function narrowed(
  statement: fhir4.CapabilityStatement,
  hidden: readonly Capability[],
): fhir4.CapabilityStatement {
  const isShown = ({ code }: { code: string }) => !hidden.some((one) => one === code);
  const isOffered = (type: string, { code }: { code: string }) =>
    !hidden.includes('create of reports') || type === 'DocumentReference' || code !== 'create';
  const rest = statement.rest?.map((one) => ({
    ...one,
    interaction: one.interaction?.filter(isShown) ?? [],
    resource:
      one.resource?.map((resource) => ({
        ...resource,
        interaction:
          resource.interaction?.filter((one) => isShown(one) && isOffered(resource.type, one)) ?? [],
        ...Object.fromEntries(hidden.filter((name) => name in resource).map((name) => [name, false])),
      })) ?? [],
  }));
  return { ...statement, ...(rest === undefined ? {} : { rest }) };
}

/** Why a server that has not got what is hidden would not do this. */
async function refusal(
  target: string,
  hidden: readonly Capability[],
  { method, path, headers, body }: SeenRequest,
): Promise<string | undefined> {
  const hides = (one: Capability) => hidden.includes(one);
  if (path === '' && method === 'POST') {
    if (hides('transaction')) return 'no transactions here';
    for (const { request } of (JSON.parse(body) as fhir4.Bundle).entry ?? []) {
      const one = {
        method: request?.method ?? '',
        path: `/${request?.url}`,
        headers: request?.ifNoneExist === undefined ? {} : { 'if-none-exist': request.ifNoneExist },
        body: '',
      };
      const problem = await refusal(target, hidden, one);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (headers['if-none-exist'] !== undefined && hides('conditionalCreate'))
    return 'no conditional create here';
  const isOther = method === 'POST' && !path.startsWith('/DocumentReference');
  if (isOther && hides('create of reports')) return 'no reports here';
  if (method !== 'PUT') return undefined;
  if (hides('update')) return 'no update here';
  if (path.includes('?')) return hides('conditionalUpdate') ? 'no conditional update here' : undefined;
  if (!hides('updateCreate')) return undefined;
  return (await fetch(`${target}${path}`)).ok
    ? undefined
    : 'this id is not there, and ids are not yours to give';
}
