import { LobarError, type Notice } from '../../errors.ts';
import type { BuiltBundle } from '../build-bundle.ts';
import type { Failure } from '../connection/failure.ts';
import type { CallOptions } from '../connection/open-fhir-connection.ts';
import { beforeNextAttempt } from '../connection/send-with-retry.ts';
import type { EhrClient } from '../open-ehr.ts';
import type { Run } from '../report-context.ts';
import { arrangeTransaction, idOf } from './arrange-transaction.ts';
import { completeProvenance } from './complete-provenance.ts';
import { createOneByOne, placeOf } from './create-one-by-one.ts';
import { findRun, type Held, type HeldReport, lookUpReport } from './held-report.ts';
import { idsInAnswer } from './ids-in-answer.ts';
import { type NextStep, nextStep, smallestId } from './next-step.ts';
import { placedBundle } from './place-bundle.ts';
import { type ReportToWrite, reportToWrite } from './report-to-write.ts';
import { withdrawn } from './withdraw-duplicate.ts';
import type { ChosenWriteMode } from './write-mode.ts';

export interface WrittenReport {
  /** The Bundle under the ids of the EHR. */
  readonly bundle: fhir4.Bundle;
  /** `DiagnosticReport/<id>` */
  readonly report: string;
  /** The EHR held this very result before, or another process has written it at the same time. */
  readonly alreadyPublished: boolean;
  /** What was written took the place of a report that was there, of an earlier run. */
  readonly replaced: boolean;
  readonly writeMode: ChosenWriteMode;
  readonly warnings: readonly Notice[];
}

/** Looks at most; others that keep writing the same report are not waited for longer. */
const mostRounds = 30;
const mostConflicts = 10;

/**
 * Looks what the EHR holds of a report, decides by it (`nextStep`), does that, and looks again, until the EHR
 * holds the report once. A write that failed is never just sent again: it may have been carried out and its
 * answer lost, and a human may have finalised the report since. Only where the EHR itself cannot hold it
 * twice (put-id) a write that succeeded is the end.
 *
 * @throws LobarError `report-finalised`; `write-mode-unavailable`; `ehr-outcome-unknown` once any write broke
 *   off, whatever came later; else what FhirConnection throws
 */
export async function writeReport(
  ehr: EhrClient,
  built: BuiltBundle,
  run: Run,
  call: CallOptions,
): Promise<WrittenReport> {
  const writeMode = await ehr.writeMode(call);
  const { mode } = writeMode;
  const { connection } = ehr;
  const toWrite = reportToWrite(built, run);
  const ids = new Map(mode === 'put-id' ? toWrite.parts.map((part) => [part.name, idOf(part)]) : []);
  const settled = new Set<string>();
  const warnings: Notice[] = [];
  let written = false;
  let replaced = false;
  let wroteReport: string | undefined;
  let brokeOff: string | undefined;
  let failures = 0;
  let conflicts = 0;
  /** How many parts were written at once without a transaction: who gets further goes on. */
  let reached = 0;

  const failed = async (failure: Failure): Promise<void> => {
    brokeOff = failure.brokeOff ?? brokeOff;
    failures += 1;
    await beforeNextAttempt(failure, failures, call.signal);
  };
  /** Resource by resource a process is overtaken often, and each time another one has got further. */
  const overtakenOrFailed = async (failure: Failure): Promise<void> => {
    const isConflict = failure.status === 409 || failure.status === 412;
    conflicts += isConflict ? 1 : 0;
    if (!isConflict || conflicts > mostConflicts) await failed(failure);
    else await beforeNextAttempt(failure, 1, call.signal);
  };
  const result = (): WrittenReport => ({
    bundle: placedBundle(toWrite, ids),
    report: `DiagnosticReport/${ids.get(toWrite.report.name)}`,
    alreadyPublished: !written,
    replaced: written && replaced,
    writeMode,
    warnings,
  });
  const unmended = (): WrittenReport => {
    const text =
      'The EHR holds several copies of what this report rests on, and does not let the report be updated.';
    warnings.push({ code: 'duplicate-left', text });
    return result();
  };
  const wrote = (report: string | undefined): void => {
    written = true;
    wroteReport = report;
    brokeOff ??= 'what it holds after the write could not be seen';
  };

  for (let round = 1; round <= mostRounds; round += 1) {
    try {
      const ofRun = await findRun({ connection, call }, run);
      if (mode === 'put-id' && ofRun.some(({ id }) => id === idOf(toWrite.report))) return result();
      const wholly = mode === 'put-id';
      const held = await lookUpReport({ connection, call, ids, wholly }, toWrite, ofRun);
      const step = nextStep(held, toWrite, wroteReport, settled);
      if (step.kind === 'refuse') throw finalised(ehr.name, step);
      if (step.kind === 'withdraw') {
        await withdraw(step.duplicates);
        continue;
      }
      const places = heldParts(toWrite, held, step.kind === 'done' ? step.report : undefined, settled);
      for (const [name, { id }] of places) ids.set(name, id);
      if (!written) replaced = places.has(toWrite.report.name);
      if (step.kind === 'done') {
        if (mode !== 'create-and-search') return result();
        const provenance = await completeProvenance(toWrite, ids, connection, call);
        if ('written' in provenance) {
          ids.set(toWrite.provenance.name, provenance.written.id);
          return result();
        }
        await failed(provenance.failure);
      } else if (mode === 'create-and-search') {
        const parts = await createOneByOne(toWrite, places, connection, call);
        for (const [name, id] of parts.ids) ids.set(name, id);
        if (parts.complete) wrote(ids.get(toWrite.report.name));
        if (parts.ids.size > reached) failures = 0;
        reached = Math.max(reached, parts.ids.size);
        if (parts.failure !== undefined) {
          if (step.mends && !parts.failure.retryable) return unmended();
          await overtakenOrFailed(parts.failure);
        }
      } else {
        const arranged = arrangeTransaction(toWrite, mode, placesOf(places));
        const sent = await connection.transact(arranged.bundle, call);
        if ('written' in sent) {
          const answer = idsInAnswer(arranged, sent.written);
          for (const [name, id] of answer.ids) ids.set(name, id);
          if (answer.carriedOut.has(toWrite.report.name)) wrote(ids.get(toWrite.report.name));
          if (mode === 'put-id') return result();
        } else {
          if (step.mends && !sent.failure.retryable) return unmended();
          await failed(sent.failure);
        }
      }
    } catch (error) {
      if (brokeOff === undefined || (error instanceof LobarError && error.code === 'report-finalised')) {
        throw error;
      }
      throw new LobarError('ehr-outcome-unknown', { ehr: ehr.name, problem: brokeOff }, { cause: error });
    }
  }
  throw new LobarError('ehr-outcome-unknown', {
    ehr: ehr.name,
    problem: 'others keep writing the same report',
  });

  /** Only as they were seen: once one has changed since, all are looked at again. */
  async function withdraw(duplicates: (NextStep & { kind: 'withdraw' })['duplicates']): Promise<void> {
    for (const duplicate of duplicates) {
      const resource = withdrawn<fhir4.DiagnosticReport | fhir4.Observation>(duplicate, toWrite.fhirBase);
      const sent = await connection.update(resource, { ...call, ifMatch: duplicate.meta?.versionId });
      if ('failure' in sent && sent.failure.retryable) return await overtakenOrFailed(sent.failure);
      settled.add(`${duplicate.resourceType}/${duplicate.id}`);
      if ('failure' in sent) {
        const text = `The EHR holds a second copy of a ${duplicate.resourceType} of this report and does not let it be withdrawn. Delete it there.`;
        warnings.push({ code: 'duplicate-left', text });
      }
    }
  }
}

/** Of each part the copy that counts, by the names of the parts. */
function heldParts(
  { device, observations, report }: ReportToWrite,
  held: HeldReport,
  counting: Held<fhir4.DiagnosticReport> | undefined,
  settled: ReadonlySet<string>,
): Map<string, Held> {
  const unsettled = <One extends Held>(copies: readonly One[] = []): One[] =>
    copies.filter((one) => !settled.has(`${one.resourceType}/${one.id}`));
  const theReport = counting ?? smallestId(unsettled(held.reports));
  const counted = [
    [device.name, smallestId(held.devices)],
    ...observations.map(({ name }) => [name, smallestId(unsettled(held.observations.get(name)))] as const),
    [report.name, theReport],
  ] as const;
  return new Map(counted.flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const])));
}

function placesOf(held: ReadonlyMap<string, Held>) {
  return new Map([...held].map(([name, one]) => [name, placeOf(one)]));
}

function finalised(ehr: string, { status, held }: NextStep & { kind: 'refuse' }): LobarError {
  const what = held.resourceType === 'DiagnosticReport' ? 'report' : 'observation';
  const details = { [what]: `${held.resourceType}/${held.id}` };
  return new LobarError('report-finalised', { ehr, status }, { details });
}
