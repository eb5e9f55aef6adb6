import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildBundle } from '../../../src/fhir/build-bundle.ts';
import { runSystem } from '../../../src/fhir/report-context.ts';
import { type Held, type HeldReport, withoutSettled } from '../../../src/fhir/write/held-report.ts';
import { nextStep, smallestId } from '../../../src/fhir/write/next-step.ts';
import { withReferences } from '../../../src/fhir/write/place-bundle.ts';
import { reportToWrite } from '../../../src/fhir/write/report-to-write.ts';
import { fhirBase } from '../ehr-fixture.ts';
import { exampleFacts } from '../facts.ts';

const built = buildBundle(exampleFacts, undefined, { fhirBase });
const toWrite = reportToWrite(built, { system: runSystem(fhirBase), value: built.runKey });
const names = toWrite.observations.map(({ name }) => name);

/** The report as an EHR holds it that counts its ids: copy 1 has the ids 10 to 18, copy 2 20 to 28. */
function copy(number: number) {
  const references = new Map(names.map((name, index) => [name, `Observation/${number}${index}`]));
  const observations = toWrite.observations.map(({ resource }, index) => ({
    ...withReferences(resource as fhir4.Observation, references),
    id: `${number}${index}`,
  }));
  const report = withReferences(toWrite.report.resource as fhir4.DiagnosticReport, references);
  return { report: { ...report, id: `${number}9` }, observations };
}

function held(
  reports: readonly Held<fhir4.DiagnosticReport>[],
  ...observations: readonly (readonly Held<fhir4.Observation>[])[]
): HeldReport {
  const ofName = (name: string, index: number) =>
    [name, observations.flatMap((copies) => copies[index] ?? [])] as const;
  return { reports, observations: new Map(names.map(ofName)), devices: [], documents: [] };
}

const step = (
  what: HeldReport,
  wrote?: string,
  settled: readonly string[] = [],
  sent = wrote !== undefined,
) => nextStep(withoutSettled(what, new Set(settled)), toWrite, { wrote, sent });
const [one, two] = [copy(1), copy(2)];
const otherRun = { ...one.report, identifier: one.report.identifier?.slice(0, 1) ?? [] };

describe('What is done about a report', () => {
  it('that is not there: it is written', () => {
    assert.deepEqual(step(held([])), { kind: 'write', mends: false });
  });

  it('that is there whole: nothing', () => {
    assert.deepEqual(step(held([one.report], one.observations)), { kind: 'done', report: one.report });
  });

  it('of another run: it is written, unless that run has replaced ours', () => {
    assert.deepEqual(step(held([otherRun], one.observations)), { kind: 'write', mends: false });
    assert.equal(step(held([otherRun], one.observations), '19').kind, 'done');
  });

  it('that is there twice: the one with the larger id is withdrawn, whoever wrote it', () => {
    for (const reports of [
      [one.report, two.report],
      [two.report, one.report],
    ]) {
      const next = step(held(reports, one.observations, two.observations), two.report.id);
      assert.deepEqual(next, { kind: 'withdraw', duplicates: [two.report] });
    }
  });

  it('whose second copy is withdrawn: then what that one rested on', () => {
    const next = step(held([one.report, two.report], one.observations, two.observations), undefined, [
      'DiagnosticReport/29',
    ]);
    assert.equal(next.kind, 'withdraw');
    assert.deepEqual(
      next.kind === 'withdraw' && next.duplicates.map(({ id }) => id),
      two.observations.map(({ id }) => id),
    );
  });

  it('that rests on an observation of which there is a copy with a smaller id: it is written anew', () => {
    const mixed = [...two.observations.slice(0, 1)];
    assert.deepEqual(
      step(
        held(
          [two.report],
          two.observations,
          [one.observations[0] ?? mixed[0]].flatMap((o) => o ?? []),
        ),
      ),
      { kind: 'write', mends: true },
    );
  });

  it('that rests on an observation that is withdrawn, with another copy there: it is written anew', () => {
    const [, ...rest] = two.observations;
    const first = one.observations[0];
    assert.ok(first);
    const observations = new Map(
      names.map((name, index) => [name, index === 0 ? [first] : [rest[index - 1]].flatMap((o) => o ?? [])]),
    );
    assert.deepEqual(step({ reports: [two.report], observations, devices: [], documents: [] }), {
      kind: 'write',
      mends: true,
    });
  });

  it('whose search shows nothing yet of what it rests on: nothing', () => {
    assert.equal(step(held([one.report])).kind, 'done');
  });

  it('to which a human has added a result: nothing', () => {
    const result = [...(one.report.result ?? []), { reference: 'Observation/human' }];
    assert.equal(step(held([{ ...one.report, result }], one.observations)).kind, 'done');
  });

  it('that a human has finalised: refused, or done if it is of this run and was sent by this process', () => {
    const final = { status: 'final' } as const;
    const ofRun = held([{ ...one.report, ...final }], one.observations);
    assert.equal(step(ofRun).kind, 'refuse');
    assert.equal(step(ofRun, undefined, [], true).kind, 'done');
    assert.equal(step(held([{ ...otherRun, ...final }]), undefined, [], true).kind, 'refuse');
    const next = step(held([{ ...otherRun, ...final }], one.observations));
    assert.deepEqual(next.kind === 'refuse' && next.status, 'final');
  });

  it('of which a human has finalised the copy with the larger id: the other one is withdrawn', () => {
    const final = { ...two.report, status: 'final' as const };
    assert.deepEqual(step(held([one.report, final])), { kind: 'withdraw', duplicates: [one.report] });
  });

  it('of which a human has amended an observation: refused', () => {
    const [first, ...rest] = one.observations;
    assert.ok(first);
    const next = step(held([otherRun], [{ ...first, status: 'amended' }, ...rest]));
    assert.deepEqual(next.kind === 'refuse' && [next.status, next.held.id], ['amended', '10']);
    const ofRun = held([one.report], [{ ...first, status: 'amended' }, ...rest]);
    assert.equal(step(ofRun).kind, 'refuse', 'also of this very run');
    assert.equal(step(ofRun, undefined, [], true).kind, 'done', 'unless this process has sent it');
  });

  it('with a status that is no code: refused without repeating it', () => {
    const odd = { ...otherRun, status: 'MRN-42 is <final>' as 'final' };
    const next = step(held([odd]));
    assert.equal(next.kind === 'refuse' && next.status, 'unknown');
  });
});

describe('The copy that counts', () => {
  it('is the one with the smallest id, where the EHR counts the first', () => {
    const ids = (...all: string[]) => smallestId(all.map((id) => ({ id })))?.id;
    assert.equal(ids('10', '9', '11'), '9');
    assert.equal(ids('b', 'a'), 'a');
    assert.equal(ids(), undefined);
  });
});
