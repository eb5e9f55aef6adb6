import type { CovidClass } from '../pipeline/types.ts';

/** Columns that a cohort table may have. */
export const columns = [
  'id',
  'study',
  'patient',
  'label',
  'lungs',
  'lobes',
  'opacities',
  'sex',
  'age',
  'vendor',
] as const;
export type Column = (typeof columns)[number];

/** The columns that name a mask file. */
export const maskColumns = ['lungs', 'lobes', 'opacities'] as const;
export type MaskColumn = (typeof maskColumns)[number];

/** Where a case's images are. */
export type StudyPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'pacs'; readonly studyUid: string };

/** One row of a cohort. */
export interface CohortCase {
  /** Names its result file. */
  readonly id: string;
  readonly study: StudyPlace;
  /** Cases of one patient are drawn together. */
  readonly patient: string;
  readonly label?: CovidClass;
  /** Absolute paths. */
  readonly masks: Readonly<Partial<Record<MaskColumn, string>>>;
  /** What the table says; it overrules the header. */
  readonly given: { readonly sex?: string; readonly age?: number; readonly vendor?: string };
  /** Values of the columns that were named as subgroups. */
  readonly extra: Readonly<Record<string, string>>;
}

export interface Cohort {
  readonly file: string;
  readonly sha256: string;
  readonly cases: readonly CohortCase[];
}
