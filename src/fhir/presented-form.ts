import { createHash } from 'node:crypto';
import type { ReportFacts } from './report-facts.ts';

/** A document that says what a report says, as people read it. */
export interface PresentedForm {
  readonly contentType: string;
  /** BCP 47, where it holds text. */
  readonly language?: string;
  readonly title: string;
  readonly bytes: Uint8Array;
}

/** An earlier report of the same patient by the same algorithm, as the EHR holds it. */
export interface PreviousReport {
  /** FHIR dateTime of the scan. */
  readonly scannedAt: string;
  readonly involvementPercent: number;
  readonly severityScore: number;
  readonly algorithmVersion?: string;
}

/** What is known of a report once its patient is resolved, and before it is written. */
export interface ResolvedReport {
  readonly facts: ReportFacts;
  readonly runKey: string;
  /** Oldest first. */
  readonly previous: readonly PreviousReport[];
}

/** Makes the documents of a report; what it throws ends the publishing before anything is written. */
export type Present = (resolved: ResolvedReport) => Promise<readonly PresentedForm[]>;

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
