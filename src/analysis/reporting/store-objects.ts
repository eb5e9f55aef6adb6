import { failureReasonText } from '../../dicomweb/failure-reason.ts';
import type { PacsClient } from '../../dicomweb/open-pacs.ts';
import { duplicateSopInstance, type StoreResult } from '../../dicomweb/store-result.ts';
import { LobarError } from '../../errors.ts';
import {
  type DicomObjectKind,
  dicomObjectKinds,
  type ReportDocument,
  type StoredObjects,
} from './report-document.ts';

/**
 * Stores the objects into the PACS of the study, by one request a kind: the segmentation is large. One that the PACS
 * holds already counts as stored: its UID says that it is of this very result.
 *
 * @throws LobarError `store-refused` where the PACS did not store each of them, and what PacsClient.storeInstances throws
 */
export async function storeObjects(
  archive: Pick<PacsClient, 'name' | 'storeInstances'>,
  documents: readonly ReportDocument[],
  { studyUid, signal }: { readonly studyUid: string; readonly signal: AbortSignal },
): Promise<StoredObjects> {
  const instances: StoredObjects['instances'][number][] = [];
  const refused = new Map<DicomObjectKind, string>();
  for (const kind of dicomObjectKinds) {
    const objects = documents.flatMap(({ dicom, bytes }) =>
      dicom?.object === kind ? [{ ...dicom, bytes }] : [],
    );
    if (objects.length === 0) continue;
    const result = await archive.storeInstances(
      studyUid,
      objects.map(({ bytes }) => bytes),
      { signal },
    );
    for (const { bytes: _, ...instance } of objects) {
      const problem = refusal(result, instance.sopInstanceUid);
      if (problem === undefined) instances.push(instance);
      else refused.set(kind, problem);
    }
  }
  if (refused.size > 0) {
    const objects = [...refused].map(([kind, reason]) => `${kind} (${reason})`);
    throw new LobarError('store-refused', { pacs: archive.name, objects });
  }
  return { pacs: archive.name, instances };
}

/** Why an instance is not in the PACS; undefined where it is. */
function refusal({ stored, failed }: StoreResult, uid: string): string | undefined {
  if (stored.some(({ sopInstanceUid }) => sopInstanceUid === uid)) return undefined;
  const failure = failed.find(({ sopInstanceUid }) => sopInstanceUid === uid) ?? failed[0];
  if (failure === undefined) return 'it is not in the answer';
  return failure.failureReason === duplicateSopInstance
    ? undefined
    : failureReasonText(failure.failureReason);
}
