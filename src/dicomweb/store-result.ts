import type { DicomJson } from './dicom-json.ts';
import { sequenceItems } from './dicom-json.ts';

export interface StoredInstance {
  readonly sopInstanceUid: string;
  /** Warning Reason (0008,1196); absent when it was stored as it is. */
  readonly warningReason?: number;
}

export interface FailedInstance {
  /** Empty when the PACS could not even read it. */
  readonly sopInstanceUid: string;
  /** Failure Reason (0008,1197), PS3.18 Table I.2-2 and PS3.7 Annex C; 0 when the PACS gave none. */
  readonly failureReason: number;
}

/** What became of each instance of a STOW-RS request; the HTTP status says less. */
export interface StoreResult {
  readonly stored: readonly StoredInstance[];
  readonly failed: readonly FailedInstance[];
}

/** Failure Reason of an instance that the PACS holds already: Duplicate SOP Instance (PS3.7 C.5.8, 0111H). */
export const duplicateSopInstance = 0x0111;

/** Reads Referenced and Failed SOP Sequence of a STOW-RS answer (PS3.18 Table I.2-1). */
export function storeResult(answer: DicomJson): StoreResult {
  return {
    stored: sequenceItems(answer, '00081199').map((item) => {
      const warningReason = first(item, '00081196');
      return {
        sopInstanceUid: uidOf(item),
        ...(typeof warningReason === 'number' ? { warningReason } : {}),
      };
    }),
    failed: sequenceItems(answer, '00081198').map((item) => {
      const reason = first(item, '00081197');
      return { sopInstanceUid: uidOf(item), failureReason: typeof reason === 'number' ? reason : 0 };
    }),
  };
}

function uidOf(item: DicomJson): string {
  const uid = first(item, '00081155');
  return typeof uid === 'string' ? uid : '';
}

function first(item: DicomJson, tag: string): unknown {
  return item[tag]?.Value?.[0];
}
