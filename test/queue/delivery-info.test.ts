import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliveryInfo } from '../../src/queue/nats/delivery-info.ts';

describe('what the reply subject of a message tells', () => {
  // Both forms of NATS ADR-15.
  for (const [form, reply] of [
    ['of servers up to 2.10', '$JS.ACK.lobar-jobs.lobar-workers.3.4711.12.1700000000000000000.5'],
    [
      'with a domain and an account',
      '$JS.ACK.hub.ABCDEF.lobar-jobs.lobar-workers.3.4711.12.1700000000000000000.5.xyz',
    ],
  ] as const)
    it(form, () => assert.deepEqual(deliveryInfo(reply), { deliveries: 3, sequence: 4711 }));
});
