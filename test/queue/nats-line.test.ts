import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JetStreamApiError } from '@nats-io/jetstream';
import { NatsLine } from '../../src/queue/nats/nats-line.ts';
import { NatsLink } from '../../src/queue/nats/nats-link.ts';
import { natsNames } from '../../src/queue/nats/nats-names.ts';
import { natsFailure } from '../../src/queue/nats/nats-problem.ts';
import { openSeal } from '../../src/queue/nats/seal.ts';

/** The sentences of nats-server 2.9 (`server/errors.json`, `server/store.go`). */
const answers = [
  ['maximum messages exceeded', 'at-capacity'],
  ['maximum bytes exceeded', 'at-capacity'],
  ['open /data/jetstream/msgs/1.blk: no such file or directory', 'queue-unavailable'],
] as const;

describe('a line on NATS that cannot store a message', () => {
  for (const [description, code] of answers) {
    it(`is ${code} where JetStream says: ${description}`, async (test) => {
      const names = natsNames('tried');
      const link = new NatsLink({
        connectionOptions: () => assert.fail('nothing is connected'),
        prepare: async () => {},
        changed: () => {},
      });
      const publish = async () => {
        throw new JetStreamApiError({ code: 503, err_code: 10077, description });
      };
      test.mock.method(link, 'use', async (what: (linked: object) => Promise<unknown>) => {
        return await what({ stream: { publish } }).catch((error: unknown) =>
          Promise.reject(natsFailure(error)),
        );
      });
      const line = new NatsLine(link, openSeal(undefined), {
        names: names.jobs,
        deadLetters: names.deadLetters,
        deliveries: 1,
        firstRetryMs: 1,
        ackMs: () => 1,
        unreadable: () => {},
        troubled: () => {},
      });
      test.after(() => line.close());
      await assert.rejects(line.push('one', {}), { code });
    });
  }
});
