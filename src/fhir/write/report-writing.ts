import { type Notice, noReport } from '../../errors.ts';
import { type Failure, outcomeUnknown } from '../connection/failure.ts';
import type { CallOptions } from '../connection/open-fhir-connection.ts';
import { hasLateMark } from '../late-mark.ts';
import type { EhrClient } from '../open-ehr.ts';
import { arrangeTransaction, idOf, type TransactionMode } from './arrange-transaction.ts';
import { changeHeld } from './change-held.ts';
import { completeDocument, isComplete } from './complete-document.ts';
import { completeProvenance } from './complete-provenance.ts';
import { createOneByOne, placeOf } from './create-one-by-one.ts';
import { finalised } from './finalised.ts';
import { heldParts } from './held-parts.ts';
import {
  carriesOneOf,
  findRun,
  type Held,
  type HeldReport,
  lookUpReport,
  withoutSettled,
} from './held-report.ts';
import { idsInAnswer } from './ids-in-answer.ts';
import { isBare } from './is-bare.ts';
import { isOurs, type NextStep, nextStep, smallestId } from './next-step.ts';
import { Patience } from './patience.ts';
import { placedBundle } from './place-bundle.ts';
import { Preparation } from './preparation.ts';
import { reportNotices } from './report-notices.ts';
import { type ReportToCompose, type ReportToWrite, reportToWrite } from './report-to-write.ts';
import { carrying } from './sent-documents.ts';
import { withdrawn } from './withdraw-duplicate.ts';
import type { ChosenWriteMode } from './write-mode.ts';
import type { WrittenReport } from './written-report.ts';

/** One report that is being written, and what is known of it by now. */
export class ReportWriting {
  readonly #ehr: EhrClient;
  readonly #preparation: Preparation;
  /** Without its documents until something of it is written. */
  #toWrite: ReportToWrite;
  readonly #chosen: ChosenWriteMode;
  readonly #call: CallOptions;
  readonly #patience: Patience;
  /** By the names of the parts: those the EHR has given or, by put-id, will give. */
  readonly #ids: Map<string, string>;
  /** What this process has withdrawn, or could not: `Type/id`. */
  readonly #settled = new Set<string>();
  readonly #warnings: Notice[] = [];
  /** By this process. */
  #isWritten = false;
  /** Under which id, where the EHR has said it. */
  #writtenAs: string | undefined;
  /** A report that the EHR cannot tell from a second one was sent, and its answer got lost. */
  #mayBeThere = false;
  /** The document of the report was sent: what does not show yet is not sent again. */
  #documentMayBeThere = false;
  #documentIsRefused = false;
  /** The report was written, or sent and its answer got lost: a human who finalises it then finalises ours. */
  #sent = false;
  /** An earlier run's report was there when this one was written. */
  #replaces = false;
  /** The report is there without its documents, and they are being added. */
  #isBare: boolean | undefined;
  /** What makes it unknown what the EHR holds now: no error may say then that there is no report. */
  brokeOff: string | undefined;

  constructor(ehr: EhrClient, toCompose: ReportToCompose, chosen: ChosenWriteMode, call: CallOptions) {
    this.#ehr = ehr;
    this.#preparation = new Preparation(toCompose);
    this.#toWrite = reportToWrite(toCompose.bare, toCompose.run);
    this.#chosen = chosen;
    this.#call = call;
    this.#patience = new Patience(call.signal);
    const { parts } = this.#toWrite;
    this.#ids = new Map(chosen.mode === 'put-id' ? parts.map((part) => [part.name, idOf(part)]) : []);
  }

  /** One look at the EHR, and what follows from it. Gives whether the report is there now. */
  async lookAndAct(): Promise<boolean> {
    const look = { connection: this.#ehr.connection, call: this.#call };
    const { report, run } = this.#toWrite;
    const byId = this.#chosen.mode === 'put-id';
    const ofRun = await findRun(look, run);
    const isThere = byId && ofRun.some(({ id }) => id === idOf(report));
    if (isThere && this.#sent) return true;
    const seen = await lookUpReport({ ...look, ids: this.#ids, wholly: byId }, this.#toWrite, ofRun);
    const held = withoutSettled(seen, this.#settled);
    const next = nextStep(held, this.#toWrite, { wrote: this.#writtenAs, sent: this.#sent });
    const isBare = next.kind === 'done' && (await this.#isToAttach(next.report));
    const step: NextStep = isBare ? { kind: 'write', mends: true } : next;
    if (isThere && step.kind !== 'refuse' && !isBare) return true;
    switch (step.kind) {
      case 'refuse':
        throw finalised(this.#ehr.name, step);
      case 'withdraw':
        await this.#withdraw(step.duplicates);
        return false;
      case 'done':
        this.#learn(heldParts(this.#toWrite, held, step.report));
        this.#checkIdentifier(step.report);
        return await this.#completeAfter(held);
      case 'write':
        if (held.reports.length === 0 && (this.#isWritten || this.#mayBeThere))
          return await this.#waitToSee();
        // A document of an earlier result must not stand beside this one.
        if (await this.#prepare(isBare || held.documents.length === 0)) return false;
        return await this.#write(this.#learn(heldParts(this.#toWrite, held)), step.mends);
    }
  }

  result(): WrittenReport {
    return {
      bundle: placedBundle(this.#toWrite, this.#ids),
      report: `DiagnosticReport/${this.#ids.get(this.#toWrite.report.name)}`,
      alreadyPublished: !this.#isWritten,
      replaced: this.#isWritten && this.#replaces,
      writeMode: this.#chosen,
      warnings: this.#warnings,
    };
  }

  /** What no search will find is written anew each time it is sent. */
  #checkIdentifier(report: fhir4.DiagnosticReport): void {
    const { identifier } = this.#toWrite.report;
    const notice = reportNotices.identifierNotKept;
    if (!this.#isWritten || identifier === undefined || carriesOneOf(report, [identifier])) return;
    if (!this.#warnings.includes(notice)) this.#warnings.push(notice);
  }

  #learn(held: ReadonlyMap<string, Held>): ReadonlyMap<string, Held> {
    for (const [name, { id }] of held) this.#ids.set(name, id);
    this.#forgetRefusedDocument();
    if (!this.#isWritten) this.#replaces = held.has(this.#toWrite.report.name);
    return held;
  }

  async #prepare(mayBeLate: boolean): Promise<boolean> {
    if (!(await this.#preparation.next(mayBeLate))) return false;
    this.#composed();
    return true;
  }

  async #isToAttach(report: Held<fhir4.DiagnosticReport>): Promise<boolean> {
    const isMarked = hasLateMark(report, this.#toWrite.fhirBase);
    if (this.#sent || !this.#preparation.mayAttach(isMarked)) return false;
    this.#isBare ??= await isBare(this.#ehr.connection, report.id, this.#call);
    return this.#isBare;
  }

  #composed(): void {
    this.#toWrite = reportToWrite(this.#preparation.built, this.#toWrite.run);
  }

  async #write(held: ReadonlyMap<string, Held>, mends: boolean): Promise<boolean> {
    const { mode } = this.#chosen;
    if (mode === 'document') throw new Error('a document is written by writeDocument');
    if (mode === 'create-and-search') return await this.#writeOneByOne(held, mends);
    return await this.#transact(mode, held, mends);
  }

  async #transact(mode: TransactionMode, held: ReadonlyMap<string, Held>, mends: boolean): Promise<boolean> {
    const places = new Map([...held].map(([name, one]) => [name, placeOf(one)]));
    const arranged = arrangeTransaction(this.#toWrite, mode, places);
    const { connection } = this.#ehr;
    const written = this.#toWrite.parts.map(({ resource }) => resource);
    const sent = await connection.transact(
      arranged.bundle,
      carrying(this.#call, written, connection.setting),
    );
    if ('failure' in sent) {
      if (mends && !sent.failure.retryable) return this.#leaveUnmended();
      this.#sent ||= sent.failure.brokeOff !== undefined;
      await this.#failed(sent.failure);
      return false;
    }
    const { ids, carriedOut } = idsInAnswer(arranged, sent.written);
    for (const [name, id] of ids) this.#ids.set(name, id);
    const { name } = this.#toWrite.report;
    if (carriedOut.has(name)) this.#wrote(ids.get(name));
    return mode === 'put-id';
  }

  async #writeOneByOne(held: ReadonlyMap<string, Held>, mends: boolean): Promise<boolean> {
    const { name } = this.#toWrite.report;
    const onChanged = () => {
      if (held.has(name)) this.brokeOff ??= 'of a report that was there some observations are replaced';
    };
    const parts = await createOneByOne(this.#toWrite, held, this.#ehr.connection, this.#call, onChanged);
    for (const [part, id] of parts.ids) this.#ids.set(part, id);
    if (parts.complete) this.#wrote(parts.ids.get(name));
    this.#patience.gotTo(parts.ids.size);
    if (parts.failure !== undefined) {
      if (mends && !parts.failure.retryable) return this.#leaveUnmended();
      this.#mayBeThere ||= parts.sent && parts.failure.brokeOff !== undefined;
      this.#sent ||= this.#mayBeThere;
      await this.#failed(parts.failure, 'overtakenOrFailed');
    }
    return false;
  }

  #wrote(report: string | undefined): void {
    this.#isWritten = true;
    this.#sent = true;
    this.#writtenAs = report;
    this.brokeOff ??= 'what it holds after the write could not be seen';
  }

  /** It was written, or may have been: written again because it does not show yet it would be there twice. */
  async #waitToSee(): Promise<boolean> {
    const problem = this.brokeOff ?? 'the report that was written does not show';
    await this.#failed(outcomeUnknown(this.#ehr.name, problem));
    return false;
  }

  /** What comes after the report where no transaction holds it all. */
  async #completeAfter(held: HeldReport): Promise<boolean> {
    const isOneByOne = this.#chosen.mode === 'create-and-search';
    if ((isOneByOne || this.#isWritten) && !(await this.#completeDocument(held))) return false;
    return isOneByOne ? await this.#completeProvenance() : true;
  }

  async #completeDocument({ documents }: HeldReport): Promise<boolean> {
    const counting = smallestId(documents);
    const report = `DiagnosticReport/${this.#ids.get(this.#toWrite.report.name)}`;
    const isThere = this.#toWrite.document === undefined || isComplete(counting, this.#toWrite, report);
    if (isThere || this.#documentIsRefused) return true;
    if (!documents.every(isOurs)) return this.#leaveDocument(reportNotices.takenOver);
    // The report is there: no error may say that there is none.
    this.brokeOff = 'its DocumentReference could not be added';
    if (counting === undefined && this.#documentMayBeThere) return await this.#waitToSee();
    await this.#preparation.compose();
    this.#composed();
    const { document } = this.#toWrite;
    if (document === undefined) return true;
    const sent = await completeDocument(document, counting, this.#ids, this.#ehr.connection, this.#call);
    if (sent === 'taken') return this.#leaveDocument(reportNotices.takenOver);
    if (sent === 'gone') {
      this.#settled.add(`DocumentReference/${counting?.id}`);
    } else if ('written' in sent) {
      this.#documentMayBeThere = true;
      this.#ids.set(document.name, sent.written.id);
    } else if (sent.failure.retryable) {
      this.#documentMayBeThere ||= sent.failure.brokeOff !== undefined;
      await this.#failed(sent.failure, 'overtakenOrFailed');
    } else {
      return this.#leaveDocument(sent.failure.error.logged.replaceAll(` ${noReport}`, ''));
    }
    return false;
  }

  #leaveDocument(why: string): false {
    this.#documentIsRefused = true;
    this.#forgetRefusedDocument();
    this.#warnings.push(reportNotices.documentLeft(why));
    return false;
  }

  /** The one that is there is none of this run's: its Provenance must not say so. */
  #forgetRefusedDocument(): void {
    const { document } = this.#toWrite;
    if (this.#documentIsRefused && document !== undefined) this.#ids.delete(document.name);
  }

  async #completeProvenance(): Promise<boolean> {
    // The report is there: no error may say that there is none.
    this.brokeOff = 'its Provenance could not be added';
    const sent = await completeProvenance(this.#toWrite, this.#ids, this.#ehr.connection, this.#call);
    if ('failure' in sent) {
      await this.#failed(sent.failure);
      return false;
    }
    this.#ids.set(this.#toWrite.provenance.name, sent.written.id);
    return true;
  }

  /** Only as they were seen: once one has changed since, all are looked at again. */
  async #withdraw(duplicates: (NextStep & { kind: 'withdraw' })['duplicates']): Promise<void> {
    for (const duplicate of duplicates) {
      const withdraw = <One extends typeof duplicate>(whole: One) => withdrawn(whole, this.#toWrite.fhirBase);
      const sent = await changeHeld(duplicate, withdraw, this.#ehr.connection, this.#call);
      if (sent === 'taken') return;
      const failure = sent !== 'gone' && 'failure' in sent ? sent.failure : undefined;
      if (failure?.retryable) return await this.#failed(failure, 'overtakenOrFailed');
      this.#settled.add(`${duplicate.resourceType}/${duplicate.id}`);
      if (failure !== undefined) this.#warnings.push(reportNotices.copyLeft(duplicate.resourceType));
    }
  }

  #leaveUnmended(): true {
    this.#warnings.push(this.#isBare ? reportNotices.documentsNotAdded : reportNotices.copiesLeft);
    return true;
  }

  async #failed(failure: Failure, how: 'failed' | 'overtakenOrFailed' = 'failed'): Promise<void> {
    this.brokeOff = failure.brokeOff ?? this.brokeOff;
    await this.#patience[how](failure);
  }
}
