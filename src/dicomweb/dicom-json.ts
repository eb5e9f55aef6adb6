/** One attribute of the DICOM JSON model (PS3.18 F.2.2). */
export interface DicomJsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

/** A dataset in the DICOM JSON model (PS3.18 F.2.1): eight upper-case hex digits of the tag to the attribute. */
export type DicomJson = Readonly<Record<string, DicomJsonAttribute>>;

/** Whether a parsed JSON value is a dataset of the model: an object of objects that each name a VR. */
export function isDicomJson(value: unknown): value is DicomJson {
  return (
    isRecord(value) && Object.values(value).every((one) => isRecord(one) && typeof one['vr'] === 'string')
  );
}

/** The values of an attribute, none where it is absent; also of a PACS that writes the tag in lower case. */
export function valuesOf(dataset: DicomJson, tag: string): readonly unknown[] {
  return (dataset[tag] ?? dataset[tag.toLowerCase()])?.Value ?? [];
}

/** The datasets of a sequence; none where it is absent or not one. */
export function sequenceItems(dataset: DicomJson, tag: string): DicomJson[] {
  return (dataset[tag]?.Value ?? []).filter(isDicomJson);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
