import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildDocument } from '../../../src/fhir/build-bundle.ts';
import { runSystem } from '../../../src/fhir/report-context.ts';
import type { Held } from '../../../src/fhir/write/held-report.ts';
import { type DocumentMemory, nextDocumentStep } from '../../../src/fhir/write/next-document-step.ts';
import { fhirBase } from '../ehr-fixture.ts';
import { exampleFacts } from '../facts.ts';

type Document = Held<fhir4.DocumentReference>;

const newerFacts = { ...exampleFacts, algorithm: { ...exampleFacts.algorithm, version: '0.2.0' } };
const [older, newer] = [exampleFacts, newerFacts].map((facts) =>
  buildDocument(facts, undefined, { fhirBase }),
);
assert.ok(older && newer);
const runOf = ({ runKey }: { readonly runKey: string }) => ({ system: runSystem(fhirBase), value: runKey });

function held(
  id: string,
  { bundle }: typeof older & object,
  more: Partial<fhir4.DocumentReference> = {},
): Document {
  return { ...(bundle.entry?.[0]?.resource as fhir4.DocumentReference), ...more, id };
}

const replaces = (id: string) => ({
  relatesTo: [{ code: 'replaces' as const, target: { reference: `DocumentReference/${id}` } }],
});
const old = ({ identifier = [], ...document }: Document): Document => ({
  ...document,
  identifier: identifier.map((one) => ({ ...one, use: 'old' as const })),
  status: 'superseded',
});

function step(
  documents: readonly Document[],
  built: typeof older & object,
  memory: Partial<DocumentMemory> = {},
) {
  const { wrote } = memory;
  return nextDocumentStep(documents, runOf(built), {
    wrote,
    sent: wrote !== undefined,
    replaced: new Set(),
    settled: new Set(),
    ...memory,
  });
}

describe('What is done about a document that stands alone', () => {
  it('that is not there: it is created', () => {
    assert.deepEqual(step([], older), { kind: 'create', replaces: [] });
  });

  it('that is there: nothing', () => {
    const one = held('1', older);
    assert.deepEqual(step([one], older), { kind: 'done', document: one });
  });

  it('of an older run: a new one is created in its place, and then the old one is superseded', () => {
    const one = held('1', older);
    assert.deepEqual(step([one], newer), { kind: 'create', replaces: [one] });
    const two = held('2', newer, replaces('1'));
    assert.deepEqual(step([one, two], newer, { wrote: '2' }), { kind: 'supersede', outdated: [one] });
    assert.deepEqual(step([old(one), two], newer, { wrote: '2' }), { kind: 'done', document: two });
  });

  it('whose old one could not be superseded before a crash: it is now', () => {
    const [one, two] = [held('1', older), held('2', newer, replaces('1'))];
    assert.deepEqual(step([one, two], newer), { kind: 'supersede', outdated: [one] });
    assert.equal(step([one, two], newer, { settled: new Set(['1']) }).kind, 'done');
  });

  it('of a run that was replaced since: it is created anew, in the place of what replaced it', () => {
    const [one, two] = [held('1', older), held('2', newer, replaces('1'))];
    assert.deepEqual(step([old(one), two], older), { kind: 'create', replaces: [two] });
    // Unless this process wrote it: then the other one came after it.
    assert.equal(step([old(one), two], older, { wrote: '1' }).kind, 'done');
  });

  it('that two processes have written at once: the one with the larger id is withdrawn, whoever looks', () => {
    const [nine, ten] = [held('9', older), held('10', older)];
    for (const wrote of ['9', '10', undefined]) {
      assert.deepEqual(step([ten, nine], older, { wrote }), { kind: 'withdraw', duplicates: [ten] });
    }
    assert.deepEqual(step([nine], older, { wrote: '10' }), { kind: 'done', document: nine });
  });

  it('of two runs at once, neither of which replaces the other: the same, and the loser writes again', () => {
    const [one, two] = [held('1', older), held('2', newer)];
    assert.deepEqual(step([one, two], newer, { wrote: '2' }), { kind: 'withdraw', duplicates: [two] });
    assert.deepEqual(step([one, two], older, { wrote: '1' }), { kind: 'withdraw', duplicates: [two] });
    const again = step([one], newer, { wrote: '2', settled: new Set(['2']) });
    assert.deepEqual(again, { kind: 'create', replaces: [one] });
  });

  it('in an EHR that drops relatesTo and takes no update: sent again, it is there', () => {
    const [one, two] = [held('1', older), held('2', newer)];
    const memory = { wrote: '2', replaced: new Set(['1']) };
    assert.deepEqual(step([one, two], newer, memory), { kind: 'supersede', outdated: [one] });
    assert.equal(step([one, two], newer, { ...memory, settled: new Set(['1']) }).kind, 'done');
    assert.deepEqual(step([one, two], newer), { kind: 'done', document: two });
  });

  for (const [what, more] of [
    ['final', { docStatus: 'final' }],
    ['amended', { docStatus: 'amended' }],
    ['entered-in-error', { status: 'entered-in-error' }],
    ['superseded', { status: 'superseded' }],
  ] as const) {
    it(`that a human has set ${what}: nothing, for any run, but for who has just sent it`, () => {
      const one = held('1', older, more);
      for (const built of [older, newer]) {
        assert.deepEqual(step([one], built), { kind: 'refuse', status: what, held: one });
      }
      assert.deepEqual(step([one], older, { wrote: '1' }), { kind: 'done', document: one });
    });
  }
});
