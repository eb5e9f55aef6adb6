import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '../telemetry/metrics.ts';

export interface MetricsServer {
  /** Of the metrics themselves. */
  readonly url: string;
  close(): Promise<void>;
}

const path = '/metrics';

/** Which of the metrics are asked for, and whether the process is alive. */
interface Served extends Pick<Metrics, 'text' | 'contentType'> {
  readonly alive: () => boolean;
}

/**
 * Serves the metrics, and /health/live, on a port that is not that of the API: who may read them is another
 * question than who may ask for an analysis. Fails with what listening fails with.
 *
 * @param alive - where more than an answer shows that the process is
 */
export async function openMetricsServer(
  { host, port }: { readonly host: string; readonly port: number },
  metrics: Pick<Metrics, 'text' | 'contentType'>,
  alive = () => true,
): Promise<MetricsServer> {
  const { text, contentType } = metrics;
  const server = createServer((request, response) => {
    answer(request, response, { text, contentType, alive }).catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}${path}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
  { text, contentType, alive }: Served,
): Promise<void> {
  const [asked = ''] = url.split('?');
  if (asked !== path && asked !== '/health/live') {
    response.writeHead(404).end();
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  if (asked === path) return send(response, 200, contentType, await text());
  const isAlive = alive();
  send(response, isAlive ? 200 : 503, 'application/json', `{"status":"${isAlive ? 'live' : 'hung'}"}`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
