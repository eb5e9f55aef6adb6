import { checkConfig } from '../../../src/config.ts';
import { openNatsBackend } from '../../../src/queue/nats/open-nats-backend.ts';
import { describeQueue } from '../../queue/support/describe-queue.ts';
import type { Asked, Done, Told } from '../../queue/support/tried-worker.ts';
import { natsMissing, startNats } from '../../support/nats/start-nats.ts';

describeQueue(
  'a queue on NATS JetStream',
  async (settings) => {
    const { url, close } = await startNats();
    const { queue } = checkConfig({ queue: { ...settings, url } });
    const backend = await openNatsBackend<Asked, Done, Told>({ ...queue, url });
    await backend.ready(AbortSignal.timeout(20_000));
    return {
      backend,
      async buried() {
        const letters = new Map<string, string>();
        for await (const { id, reason } of backend.deadLetters.list()) letters.set(id, reason);
        return letters;
      },
      async close() {
        await backend.close();
        await close();
      },
    };
  },
  natsMissing,
);
