import type { Notice } from '../../errors.ts';
import type { BuiltBundle } from '../build-bundle.ts';
import { type Failure, outcomeUnknown } from '../connection/failure.ts';
import type { CallOptions, Identifier } from '../connection/open-fhir-connection.ts';
import type { EhrClient } from '../open-ehr.ts';
import { changeHeld } from './change-held.ts';
import { finalised } from './finalised.ts';
import { carriesOneOf, find, type Held } from './held-report.ts';
import { nextDocumentStep } from './next-document-step.ts';
import { Patience } from './patience.ts';
import { placedBundle, unplaced } from './place-bundle.ts';
import { Preparation } from './preparation.ts';
import { type Part, partOf, type ReportToCompose } from './report-to-write.ts';
import { carrying } from './sent-documents.ts';
import { isWithdrawn, withdrawn } from './withdraw-duplicate.ts';
import type { ChosenWriteMode } from './write-mode.ts';
import type { WrittenReport } from './written-report.ts';

type Document = Held<fhir4.DocumentReference>;

/** The writing of one document that stands alone (write mode `document`), and what is known of it by now. */
export class DocumentWriting {
  readonly #ehr: EhrClient;
  readonly #toCompose: ReportToCompose;
  /** Without its PDF until it is written. */
  #part: Part<fhir4.DocumentReference>;
  readonly #preparation: Preparation;
  readonly #chosen: ChosenWriteMode;
  readonly #call: CallOptions;
  readonly #patience: Patience;
  /** What was withdrawn or superseded, or does not let itself be, by id. */
  readonly #settled = new Set<string>();
  /** What the document that it wrote replaces, by id. */
  #replaced: ReadonlySet<string> = new Set();
  readonly #warnings: Notice[] = [];
  #wrote: string | undefined;
  #sent = false;
  #id: string | undefined;
  /** What makes it unknown what the EHR holds now: no error may say then that there is no report. */
  brokeOff: string | undefined;

  constructor(ehr: EhrClient, toCompose: ReportToCompose, chosen: ChosenWriteMode, call: CallOptions) {
    this.#ehr = ehr;
    this.#toCompose = toCompose;
    this.#part = documentIn(toCompose.bare);
    this.#preparation = new Preparation(toCompose);
    this.#chosen = chosen;
    this.#call = call;
    this.#patience = new Patience(call.signal);
  }

  /** One look at the EHR, and what follows from it. Gives whether the document is there now. */
  async lookAndAct(): Promise<boolean> {
    const documents = await this.#held();
    const step = nextDocumentStep(documents, this.#toCompose.run, {
      wrote: this.#wrote,
      sent: this.#sent,
      replaced: this.#replaced,
      settled: this.#settled,
    });
    switch (step.kind) {
      case 'refuse':
        throw finalised(this.#ehr.name, step);
      case 'withdraw':
        await this.#change(step.duplicates, (whole) => withdrawn(whole, this.#fhirBase()), duplicateLeft);
        return false;
      case 'supersede':
        await this.#change(step.outdated, superseded, notSuperseded);
        return false;
      case 'done':
        this.#id = step.document.id;
        this.#checkIdentifier(step.document);
        return true;
      case 'create':
        if (await this.#preparation.next()) this.#part = documentIn(this.#preparation.built);
        else await this.#create(step.replaces);
        return false;
    }
  }

  result(): WrittenReport {
    const { name } = this.#part;
    const parts = [this.#part];
    const ids = new Map(this.#id === undefined ? [] : [[name, this.#id]]);
    return {
      bundle: placedBundle({ bundle: this.#toCompose.bare.bundle, parts }, ids),
      report: `DocumentReference/${this.#id}`,
      alreadyPublished: this.#wrote === undefined,
      replaced: this.#replaced.size > 0,
      writeMode: this.#chosen,
      warnings: this.#warnings,
    };
  }

  /** What the EHR holds of the report, and of its run where a human has taken the other identifiers off. */
  async #held(): Promise<readonly Document[]> {
    const { connection } = this.#ehr;
    const ask = (identifier: Identifier) =>
      find<fhir4.DocumentReference>(connection, 'DocumentReference', [identifier], this.#call);
    const { identifier = this.#toCompose.run } = this.#part;
    const found = (await Promise.all([ask(this.#toCompose.run), ask(identifier)])).flat();
    const byId = new Map(found.map((one) => [one.id, one]));
    const id = this.#wrote;
    if (id !== undefined && !byId.has(id)) {
      // An EHR may know a resource before its search does.
      const read = await connection.read<fhir4.DocumentReference>('DocumentReference', id, this.#call);
      if (read !== undefined && !isWithdrawn(read)) byId.set(id, { ...read, id });
      // By another process, whose document counts.
      else if (read !== undefined) this.#settled.add(id);
    }
    return [...byId.values()];
  }

  async #create(replaces: readonly Document[]): Promise<void> {
    const isAway = this.#wrote !== undefined && this.#settled.has(this.#wrote);
    if (this.#sent && !isAway) {
      // Written again because it does not show yet it would be there twice.
      const problem = this.brokeOff ?? 'the document that was written does not show';
      return await this.#failed(outcomeUnknown(this.#ehr.name, problem));
    }
    const whole = inPlaceOf(
      this.#part.resource,
      replaces.map(({ id }) => id),
    );
    this.#part = { ...this.#part, resource: whole };
    const { connection } = this.#ehr;
    const sent = await connection.create(
      unplaced(this.#part, new Map()).resource,
      carrying(this.#call, [whole]),
    );
    const isSent = 'written' in sent || sent.failure.brokeOff !== undefined;
    this.#sent ||= isSent;
    if (isSent) this.#replaced = new Set(replaces.map(({ id }) => id));
    if ('failure' in sent) return await this.#failed(sent.failure);
    this.#wrote = sent.written.id;
    this.brokeOff ??= 'what it holds after the write could not be seen';
  }

  /** Only as they were seen: once one has changed since, all are looked at again. */
  async #change(
    documents: readonly Document[],
    change: (whole: Document) => Document,
    left: Notice,
  ): Promise<void> {
    for (const one of documents) {
      const sent = await changeHeld(one, change, this.#ehr.connection, this.#call);
      if (sent === 'taken') return;
      const failure = sent !== 'gone' && 'failure' in sent ? sent.failure : undefined;
      if (failure?.retryable) return await this.#overtakenOrFailed(failure);
      this.#settled.add(one.id);
      if (failure !== undefined && !this.#warnings.includes(left)) this.#warnings.push(left);
    }
  }

  /** What no search will find is written anew each time it is sent. */
  #checkIdentifier(document: Document): void {
    if (this.#wrote === undefined || carriesOneOf(document, [this.#toCompose.run])) return;
    this.#warnings.push(notKept);
  }

  #fhirBase(): string {
    const { system } = this.#toCompose.run;
    return system.slice(0, system.lastIndexOf('/'));
  }

  async #failed(failure: Failure): Promise<void> {
    this.brokeOff = failure.brokeOff ?? this.brokeOff;
    await this.#patience.failed(failure);
  }

  async #overtakenOrFailed(failure: Failure): Promise<void> {
    this.brokeOff = failure.brokeOff ?? this.brokeOff;
    await this.#patience.overtakenOrFailed(failure);
  }
}

const duplicateLeft: Notice = {
  code: 'duplicate-left',
  text: 'The EHR holds a second copy of the document of this report and does not let it be withdrawn. Delete it there.',
};
const notSuperseded: Notice = {
  code: 'document-not-superseded',
  text: 'The EHR does not let the earlier document of this report be marked as superseded. The new one says that it replaces it.',
};
const notKept: Notice = {
  code: 'identifier-not-kept',
  text: 'The EHR does not keep the identifier of the document. Sent again, it would be there a second time.',
};

function documentIn({ bundle }: BuiltBundle): Part<fhir4.DocumentReference> {
  const [entry] = bundle.entry ?? [];
  const resource = entry?.resource;
  if (resource?.resourceType !== 'DocumentReference') throw new Error('the Bundle holds no document alone');
  return partOf(resource as fhir4.DocumentReference, entry?.fullUrl ?? '');
}

/** The document as it says that it replaces those with these ids, and no others. */
export function inPlaceOf(
  { relatesTo: _, ...document }: fhir4.DocumentReference,
  ids: readonly string[],
): fhir4.DocumentReference {
  const relatesTo = ids.map((id): fhir4.DocumentReferenceRelatesTo => {
    return { code: 'replaces', target: { reference: `DocumentReference/${id}` } };
  });
  return relatesTo.length === 0 ? document : { ...document, relatesTo };
}

/** Under identifiers that are old: so it is known that no human has superseded it. */
export function superseded({
  meta: { versionId: _, lastUpdated: __, ...meta } = {},
  ...whole
}: Document): Document {
  const identifier = (whole.identifier ?? []).map((one) => ({ ...one, use: 'old' as const }));
  return { ...whole, ...(Object.keys(meta).length > 0 ? { meta } : {}), identifier, status: 'superseded' };
}
