/** Who and what is analysed, as the PACS or the files say it. Dates are YYYYMMDD. */
export interface Subject {
  readonly patientName?: string | undefined;
  readonly patientId?: string | undefined;
  readonly patientBirthDate?: string | undefined;
  readonly patientSex?: string | undefined;
  readonly accession?: string | undefined;
  readonly date?: string | undefined;
  readonly time?: string | undefined;
  readonly description?: string | undefined;
}
