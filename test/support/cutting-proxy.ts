import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Cut {
  /** So many bytes of the answer, its head included, still pass. */
  readonly afterBytes: number;
  /** How the connection ends: in order (FIN), as a server that is done; or by a reset (RST). */
  readonly how: 'FIN' | 'RST';
}

export interface CuttingProxy {
  readonly port: number;
  /** How many answers were cut so far. */
  readonly cuts: number;
  close(): Promise<void>;
}

/**
 * A TCP proxy on a free loopback port that breaks connections off in the middle of answers. `plan` is asked for
 * each HTTP request, by its request line, whether and where the answer to it is cut; an answer that is shorter
 * passes whole. Takes for granted that a client sends no request before the last answer is complete.
 */
export async function openCuttingProxy(
  targetPort: number,
  plan: (requestLine: string) => Cut | undefined,
): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let cuts = 0;

  const track = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  };

  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    track(client);
    track(target);
    let cut: Cut | undefined;
    let passed = 0;

    client.on('data', (chunk) => {
      const line = requestLine(chunk);
      if (line !== undefined) {
        cut = plan(line);
        passed = 0;
      }
      target.write(chunk);
    });
    target.on('data', (chunk) => {
      if (cut === undefined || passed + chunk.length <= cut.afterBytes) {
        passed += chunk.length;
        // A client that reads slowly slows the server down, as without a proxy.
        if (!client.write(chunk)) {
          target.pause();
          client.once('drain', () => target.resume());
        }
        return;
      }
      cuts += 1;
      // Its end must not end the client's connection too: that is done here, and in the way asked for.
      target.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close').destroy();
      const { how } = cut;
      const rest = chunk.subarray(0, cut.afterBytes - passed);
      client.write(rest, () => (how === 'RST' ? client.resetAndDestroy() : client.end()));
    });
    target.once('end', () => client.end());
    client.once('close', () => target.destroy());
    target.once('close', () => client.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The request line where a chunk begins with one; a body may come in chunks of its own. */
function requestLine(chunk: Buffer): string | undefined {
  const [line = ''] = chunk.subarray(0, 4096).toString('latin1').split('\r\n', 1);
  return / HTTP\/1\.1$/.test(line) ? line : undefined;
}
