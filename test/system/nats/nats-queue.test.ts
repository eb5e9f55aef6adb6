import { checkConfig } from '../../../src/config.ts';
import { type NatsBackend, openNatsBackend } from '../../../src/queue/nats/open-nats-backend.ts';
import { describeQueue } from '../../queue/support/describe-queue.ts';
import type { Asked, Done, Told } from '../../queue/support/tried-worker.ts';
import { natsMissing, type StartedNats, startNats } from '../../support/nats/start-nats.ts';

describeQueue(
  'a queue on NATS JetStream',
  {
    async open(settings = {}) {
      const nats: StartedNats = await startNats();
      const opened: NatsBackend<Asked, Done, Told>[] = [];
      const connect = async () => {
        const { queue } = checkConfig({ queue: { ...settings, url: nats.url } });
        const backend = await openNatsBackend<Asked, Done, Told>({ ...queue, url: nats.url });
        opened.push(backend);
        await backend.ready(AbortSignal.timeout(20_000));
        return backend;
      };
      return {
        connect,
        async buried() {
          const letters = new Map<string, string>();
          for await (const { id, reason } of opened[0]?.deadLetters.list() ?? []) letters.set(id, reason);
          return letters;
        },
        async close() {
          await Promise.all(opened.map((one) => one.close()));
          await nats.close();
        },
      };
    },
  },
  natsMissing,
);
