import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../src/errors.ts';
import { hangUp, inTurn, raw } from './connection/connection-fixture.ts';
import { canaries, canaryPatient, json, outcome, searchset, transactionResponse } from './ehr-fixture.ts';
import { type Answers, publishInto } from './publish-into.ts';

const html = raw(200, '<html>Please log in</html>', { 'content-type': 'text/html' });

describe('No error says who the patient is', () => {
  const gossip = outcome(
    'Patient Canaryfamily, Canarygiven (MRN-42, born 1950-01-02) at Patient/p-canary-id: study 1.2.826.0.1.3680043.8.498.1, order ACC-1 unknown',
  );
  const cases: readonly [string, Answers][] = [
    ['the patient search is rejected', { patient: json(400, outcome('no MRN-42 here: urn:oid|MRN-42')) }],
    ['the run search is rejected', { run: json(403, gossip) }],
    ['the transaction is rejected', { transaction: json(422, gossip) }],
    [
      'an entry is rejected',
      {
        transaction: json(200, {
          ...transactionResponse([]),
          entry: Array(11).fill({ response: { status: '422', outcome: gossip } }),
        }),
      },
    ],
    ['there are two patients', { patient: json(200, searchset([canaryPatient, canaryPatient])) }],
    ['the answer is HTML', { transaction: html }],
    ['the connection breaks', { patient: hangUp }],
    ['the server fails', { run: json(500, gossip) }],
    ['a write breaks off and the next is rejected', { transaction: inTurn(hangUp, json(422, gossip)) }],
  ];
  for (const [when, answers] of cases) {
    it(`when ${when}`, async () => {
      const { error } = await publishInto(answers);
      assert.ok(error instanceof LobarError);
      // The whole chain of causes, stacks included, as a log would write it.
      let written = '';
      for (let one: unknown = error; one instanceof Error; one = one.cause)
        written += `${one.message}\n${one.stack}`;
      for (const canary of canaries) assert.equal(written.includes(canary), false, `${canary} in ${written}`);
    });
  }
});
