import { once } from 'node:events';
import { type IncomingMessage, Server, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Balancer extends AsyncDisposable {
  readonly url: string;
  /** How many requests each backend answered, by its address; refusals that went elsewhere do not count. */
  readonly answered: ReadonlyMap<string, number>;
}

/**
 * What stands in front of a service in a cluster, in small: one backend after the other, and the next one where
 * a backend cannot be reached or answers 503 (nginx: `proxy_next_upstream error http_503 non_idempotent`).
 */
export async function openBalancer(backends: readonly string[]): Promise<Balancer> {
  const answered = new Map<string, number>();
  let turn = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    let refusal = 502;
    for (let tries = 0; tries < backends.length; tries += 1) {
      const backend = backends[turn++ % backends.length] ?? '';
      const answer = await forward(backend, request, body).catch(() => undefined);
      if (answer === undefined || answer.statusCode === 503) {
        refusal = answer?.statusCode ?? refusal;
        answer?.resume();
        continue;
      }
      answered.set(backend, (answered.get(backend) ?? 0) + 1);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      return;
    }
    response.writeHead(refusal).end();
  };

  const server = new Server((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function forward(backend: string, request: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  const outgoing = send(`${backend}${request.url}`, { method: request.method, headers: request.headers });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return answer;
}
