import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { MeasuredQueue } from './service-times.ts';

const messages = 20_000;
const underWay = 64;
const messageBytes = 1000;

/** How many messages a second a NATS server with JetStream stores on this machine; undefined where there is none. */
export async function measureQueue(folder: string): Promise<MeasuredQueue | undefined> {
  const version = natsVersion();
  if (version === undefined) return undefined;
  const server = spawn('nats-server', ['-a', '127.0.0.1', '-p', '-1', '-js', '-sd', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  try {
    const connection = await connect({ servers: await addressOf(server.stderr) });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'bench', subjects: ['bench.>'] });
    const stream = jetstream(connection);
    const payload = new Uint8Array(messageBytes);
    let left = messages;
    const publisher = async () => {
      while (left > 0) {
        left -= 1;
        await stream.publish('bench.one', payload);
      }
    };
    const started = performance.now();
    await Promise.all(Array.from({ length: underWay }, publisher));
    const seconds = (performance.now() - started) / 1000;
    await connection.close();
    return { server: version, messageBytes, storedPerSecond: Number((messages / seconds).toPrecision(3)) };
  } finally {
    process.off('exit', kill);
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
}

function natsVersion(): string | undefined {
  try {
    return execFileSync('nats-server', ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** @throws Error when it ends before it listens. */
async function addressOf(log: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: log })) {
    const [, address] = /Listening for client connections on (\S+)/.exec(line) ?? [];
    if (address !== undefined) {
      log.resume();
      return address;
    }
  }
  throw new Error('nats-server did not start.');
}
