/** What the service answers, as its OpenAPI document says. */
import type { components } from '../../client/api.ts';

export type Analysis = components['schemas']['Analysis'] & { readonly stored?: StoredObjects };
export type Notice = Analysis['warnings'][number];
export type OtherSeries = NonNullable<Analysis['reasons']>[number];
export type Involvement = NonNullable<Analysis['involvement']>;
export type Publish = boolean | 'dry-run';

/** What was written back into the PACS. */
export interface StoredObjects {
  readonly pacs: string;
  readonly instances: readonly { readonly object: string; readonly sopInstanceUid: string }[];
}

/** GET /v1/endpoints */
export interface Endpoints {
  readonly pacs: readonly string[];
  readonly ehr: readonly string[];
  readonly languages: readonly string[];
  readonly language: string;
}

/** A study as the PACS lists it. Dates are YYYYMMDD, times begin with HHMMSS. */
export interface ListedStudy {
  readonly uid: string;
  readonly patientName?: string;
  readonly patientId?: string;
  readonly patientBirthDate?: string;
  readonly patientSex?: string;
  readonly accession?: string;
  readonly date?: string;
  readonly time?: string;
  readonly description?: string;
  readonly modalities: readonly string[];
  readonly series?: number;
  readonly images?: number;
}

/** GET /v1/studies */
export interface StudyList {
  readonly studies: readonly ListedStudy[];
  readonly more: boolean;
}

/** GET /v1/studies/{study} */
export interface StudyInspection {
  readonly eligible: boolean;
  readonly series: readonly {
    readonly uid: string;
    readonly description?: string;
    readonly slices: number;
    readonly chosen: boolean;
    readonly reasons: readonly Notice[];
  }[];
}

/** GET /sign-in.json */
export type SignInPlan =
  | { readonly kind: 'none' | 'certificate' }
  | {
      readonly kind: 'oidc';
      readonly issuer: string;
      /** Absent where the page is not known to the issuer. */
      readonly clientId?: string;
      readonly scope?: string;
    };

export type DocumentKind = 'pdf' | 'html' | 'png' | 'dicom' | 'volumes';

/** Data of the event `document`: one piece of a file, base64 on its own. */
export interface DocumentPiece {
  readonly kind: DocumentKind;
  readonly name: string;
  readonly title: string;
  readonly contentType: string;
  readonly size: number;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
  readonly data: string;
}

/** A file that came with an analysis. */
export interface ReceivedDocument extends Pick<DocumentPiece, 'kind' | 'name' | 'title' | 'contentType'> {
  readonly blob: Blob;
}
