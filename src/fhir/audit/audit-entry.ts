import type { LobarError } from '../../errors.ts';
import type { Identifier } from '../connection/open-fhir-connection.ts';

/** A PACS or an EHR. */
export interface AuditedEndpoint {
  readonly name: string;
  readonly url: string;
}

/** Who asked Lobar. */
export interface AuditedCaller {
  readonly address?: string | undefined;
  /** As the issuer of its token knows it, or the subject of its certificate; undefined where it has shown neither. */
  readonly identity?: AuditedIdentity | undefined;
}

export interface AuditedIdentity extends Identifier {
  /** Whom the client acts for. */
  readonly user?: string;
}

/** What the events of one request have in common. No name, no birth date, no sex: identifiers only. */
interface Entry {
  /** X-Request-Id. */
  readonly requestId: string;
  /** Undefined where nothing of the study was seen. */
  readonly studyUid?: string | undefined;
  readonly patient?: Identifier | undefined;
  /** Who asked Lobar; undefined where that is not known. */
  readonly caller?: AuditedCaller | undefined;
  /** Why it failed, or was refused; undefined for success. */
  readonly failure?: LobarError | undefined;
}

/** A study was read, or it was tried in vain; of an upload the source is the caller. */
export interface StudyReadEntry extends Entry {
  readonly what: 'study-read';
  readonly pacs?: AuditedEndpoint | undefined;
}

/** It was looked for studies, or at the headers of one, or tried in vain: whoever asked has seen what the PACS tells. */
export interface StudyQueryEntry extends Entry {
  readonly what: 'study-query';
  readonly pacs: AuditedEndpoint;
  /** As it was asked: path and query below the DICOMweb root. */
  readonly query: string;
}

/** Objects that were made of a study went into a PACS, or it was tried in vain. */
export interface ObjectsStoredEntry extends Entry {
  readonly what: 'objects-stored';
  readonly pacs: AuditedEndpoint;
  /** What was sent, also where not all of it was taken: SOP Class UID, and how many instances of it. */
  readonly sent: ReadonlyMap<string, number>;
}

/** A report was published, or refused. */
export interface PublishEntry extends Entry {
  readonly what: 'publish';
  readonly ehr: AuditedEndpoint;
  /** Undefined where it failed before there was one. */
  readonly report?: AuditedReport | undefined;
}

export interface AuditedReport {
  /** `DiagnosticReport/<id>` in the EHR, or `DocumentReference/<id>` where that stands alone. */
  readonly reference: string;
  /** The run that it is of: an identifier of the DiagnosticReport. */
  readonly run: Identifier;
  /** `found`: the EHR held this very result already. */
  readonly written: 'created' | 'replaced' | 'found';
}

export type AuditEntry = StudyReadEntry | StudyQueryEntry | ObjectsStoredEntry | PublishEntry;

/** Lobar itself, as the events name it. */
export interface Observer {
  readonly version: string;
  /** Name of the machine. */
  readonly host: string;
  readonly site?: string | undefined;
}
