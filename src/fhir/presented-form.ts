import { createHash } from 'node:crypto';
import type { EhrConfig } from '../config-schema.ts';
import { LobarError, type Notice } from '../errors.ts';
import type { BuiltBundle } from './build-bundle.ts';
import type { PreviousReport } from './previous-reports.ts';
import type { ReportFacts } from './report-facts.ts';

/** A document that says what a report says, as people read it. */
export interface PresentedForm {
  readonly contentType: string;
  /** BCP 47, where it holds text. */
  readonly language?: string;
  readonly title: string;
  readonly bytes: Uint8Array;
}

/** What is known of a report once its patient is resolved, and before it is written. */
export interface ResolvedReport {
  readonly facts: ReportFacts;
  readonly runKey: string;
  /** Oldest first. */
  readonly previous: readonly PreviousReport[];
}

/** That the documents are not there in time: the report is published without them. */
export interface LateForms {
  readonly late: Notice;
}

/**
 * Makes the documents of a report; what it throws ends the publishing before anything is written.
 *
 * @param mayBeLate the report may be published without them
 */
export type Present = (
  resolved: ResolvedReport,
  signal: AbortSignal,
  mayBeLate: boolean,
) => Promise<readonly PresentedForm[] | LateForms>;

/** Stores elsewhere what was made of a report; what it throws ends the publishing before anything is written. */
export type Store = (signal: AbortSignal) => Promise<void>;

type FormKind = EhrConfig['presentedForm'][number];
const contentTypes: Readonly<Record<FormKind, string>> = {
  pdf: 'application/pdf',
  html: 'text/html',
  png: 'image/png',
};

/** The bundle with the documents in it: those that config asks for in the report, the PDF in the DocumentReference. */
export function withForms(
  built: BuiltBundle,
  forms: readonly PresentedForm[],
  { creation, presentedForm }: { readonly creation: string } & Pick<EhrConfig, 'presentedForm'>,
): BuiltBundle {
  const ofType = (contentType: string) => forms.filter((form) => form.contentType === contentType);
  const filled = (resource: fhir4.FhirResource): fhir4.FhirResource => {
    if (resource.resourceType === 'DiagnosticReport') {
      const wanted = presentedForm.flatMap((kind) => ofType(contentTypes[kind]));
      const attached = wanted.map((form) => attachment(form, creation));
      return attached.length === 0 ? resource : { ...resource, presentedForm: attached };
    }
    if (resource.resourceType !== 'DocumentReference') return resource;
    const [pdf] = ofType(contentTypes.pdf);
    if (pdf === undefined) throw new LobarError('report-failed', { problem: 'no PDF was made of it' });
    return { ...resource, content: [{ attachment: attachment(pdf, creation) }] };
  };
  const entry = (built.bundle.entry ?? []).map((one) =>
    one.resource === undefined ? one : { ...one, resource: filled(one.resource as fhir4.FhirResource) },
  );
  return { ...built, bundle: { ...built.bundle, entry } };
}

/** An attachment with its data, its size and its SHA-1 (FHIR R4 2.24.0.1), which is base64 as the data is. */
export function attachment(
  { contentType, language, title, bytes }: PresentedForm,
  creation: string,
): fhir4.Attachment {
  return {
    contentType,
    ...(language === undefined ? {} : { language }),
    data: Buffer.from(bytes).toString('base64'),
    size: bytes.length,
    hash: createHash('sha1').update(bytes).digest('base64'),
    title,
    creation,
  };
}

/** Bytes of all documents in these resources, before they are encoded. */
export function attachedBytes(resources: readonly (fhir4.FhirResource | undefined)[]): number {
  const attachments = resources.flatMap((one) => {
    if (one?.resourceType === 'DiagnosticReport') return one.presentedForm ?? [];
    if (one?.resourceType === 'DocumentReference') return one.content.map(({ attachment }) => attachment);
    return [];
  });
  return attachments.reduce((sum, { size = 0 }) => sum + size, 0);
}
