import { failureReasonText } from '../../dicomweb/failure-reason.ts';
import type { PacsClient } from '../../dicomweb/open-pacs.ts';
import { duplicateSopInstance, type StoreResult } from '../../dicomweb/store-result.ts';
import { type ErrorCode, LobarError } from '../../errors.ts';
import {
  type DicomObjectKind,
  dicomObjectKinds,
  type ReportDocument,
  type StoredObjects,
} from './report-document.ts';

type Archive = Pick<PacsClient, 'name' | 'searchInstances' | 'storeInstances'>;

interface Where {
  readonly studyUid: string;
  readonly signal: AbortSignal;
  /** Told, before each request, of which SOP classes the instances in it are. */
  readonly onSending?: (sopClassUids: readonly string[]) => void;
}

type Instance = StoredObjects['instances'][number];

/**
 * Stores the objects into the PACS of the study, by one request a kind: the segmentation is large. One that the PACS
 * holds already counts as stored and is not sent: its UID says that it is of this very result, and made at another
 * time, or with other previous results, it would have other bytes.
 *
 * @throws LobarError `store-refused` where the PACS did not store each of them, and what PacsClient.storeInstances throws
 */
export async function storeObjects(
  archive: Archive,
  documents: readonly ReportDocument[],
  where: Where,
): Promise<StoredObjects> {
  const instances: Instance[] = [];
  const refused = new Map<DicomObjectKind, string>();
  for (const kind of dicomObjectKinds) {
    const objects = documents.flatMap(({ dicom, bytes }) =>
      dicom?.object === kind ? [{ ...dicom, bytes }] : [],
    );
    const held = await heldInstances(archive, objects, where);
    const missing = objects.filter(({ sopInstanceUid }) => !held.has(sopInstanceUid));
    const result = await storeMissing(archive, missing, where);
    for (const { bytes: _, ...instance } of objects) {
      const { sopInstanceUid } = instance;
      const problem = held.has(sopInstanceUid) ? undefined : refusal(result, sopInstanceUid);
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

/** How a PACS fails that does not answer this search, or not to us, but may well store. */
const cannotTell: readonly ErrorCode[] = [
  'pacs-error',
  'pacs-response-invalid',
  'pacs-incomplete',
  'pacs-busy',
  'pacs-auth-failed',
  'limit-exceeded',
];

/** Of what the PACS holds, the SOPInstanceUIDs in the series of these objects; none where it cannot tell. */
async function heldInstances(
  archive: Archive,
  objects: readonly Instance[],
  { studyUid, signal }: Where,
): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  for (const seriesUid of new Set(objects.map(({ seriesInstanceUid }) => seriesInstanceUid))) {
    try {
      for (const uid of await archive.searchInstances(studyUid, seriesUid, { signal })) held.add(uid);
    } catch (error) {
      if (!(error instanceof LobarError && cannotTell.includes(error.code))) throw error;
    }
  }
  return held;
}

async function storeMissing(
  archive: Archive,
  missing: readonly { readonly sopClassUid: string; readonly bytes: Uint8Array }[],
  { studyUid, signal, onSending }: Where,
): Promise<StoreResult> {
  if (missing.length === 0) return { stored: [], failed: [] };
  onSending?.(missing.map(({ sopClassUid }) => sopClassUid));
  return await archive.storeInstances(
    studyUid,
    missing.map(({ bytes }) => bytes),
    { signal },
  );
}

/** Why an instance is not in the PACS; undefined where it is. */
function refusal({ stored, failed }: StoreResult, uid: string): string | undefined {
  if (stored.some(({ sopInstanceUid }) => sopInstanceUid === uid)) return undefined;
  const own = failed.find(({ sopInstanceUid }) => sopInstanceUid === uid);
  if (own?.failureReason === duplicateSopInstance) return undefined;
  // One without a UID may be of any of them; that some other is there already says nothing of this one.
  const unnamed = failed.find(
    ({ sopInstanceUid, failureReason }) => sopInstanceUid === '' && failureReason !== duplicateSopInstance,
  );
  const failure = own ?? unnamed;
  return failure === undefined ? 'it is not in the answer' : failureReasonText(failure.failureReason);
}
