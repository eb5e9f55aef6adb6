/** Real little servers on loopback, one for each part that a request to an endpoint may meet. */
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

export const oneSeries = `[{"0020000E":{"vr":"UI","Value":["1.2.3.4"]}}]`;

export const answers =
  (status: number, body = oneSeries, headers: Record<string, string> = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/dicom+json', ...headers }).end(body);
  };

/** An HTTP server, or an HTTPS server where `tls` is given; gone after the test. */
export async function serve(t: TestContext, listener: RequestListener, tls?: ServerOptions) {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  return { ...(await listening(t, server, tls === undefined ? 'http' : 'https')), server };
}

async function listening(t: TestContext, server: Server, scheme: string) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `${scheme}://127.0.0.1:${port}` };
}

/**
 * A proxy (RFC 9110 7.6, 9.3.6; RFC 9112 3.2.2) that forwards plain HTTP and opens tunnels, always to
 * 127.0.0.1, so that a test may use a name that does not resolve.
 */
export async function serveProxy(t: TestContext, credentials?: string) {
  const seen: string[] = [];
  const tunnels = new Set<Socket>();
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const refused = ({ headers }: IncomingMessage) =>
    wanted !== undefined && headers['proxy-authorization'] !== wanted;
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (refused(request)) return void response.writeHead(407).end('who are you');
    const { port, pathname, search } = new URL(request.url ?? '');
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = httpRequest(
      { port, path: pathname + search, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    if (refused(request)) return void socket.end('HTTP/1.1 407 No\r\n\r\n');
    const onward = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const one of [socket, onward]) {
      tunnels.add(one);
      one.on('error', () => [socket, onward].map((end) => end.destroy()));
    }
  });
  t.after(() => {
    for (const one of tunnels) one.destroy();
  });
  return { ...(await listening(t, server, 'http')), seen };
}

/** A token endpoint (RFC 6749 4.4.2, 4.4.3) that gives token-1, token-2, ... and keeps what it was asked. */
export async function serveTokens(
  t: TestContext,
  options: { expiresIn?: number; answer?: () => RequestListener | undefined; tls?: ServerOptions } = {},
) {
  const asked: { authorization: string | undefined; body: string }[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() });
      const other = options.answer?.();
      if (other !== undefined) return other(request, response);
      const token = { access_token: `token-${asked.length}`, token_type: 'Bearer' };
      const { expiresIn } = options;
      const body = JSON.stringify({
        ...token,
        ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
      });
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
  };
  const { url } = await serve(t, listener, options.tls);
  return { tokenUrl: `${url}/token`, asked };
}
