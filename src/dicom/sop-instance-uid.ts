import dicomParser from 'dicom-parser';
import { isUid } from '../uid.ts';

/** SOP Instance UID (0008,0018) stands before nearly everything else in a dataset. */
const headBytes = 16 * 1024;
const deflated = '1.2.840.10008.1.2.1.99';

/**
 * SOP Instance UID of a DICOM Part 10 object, from its first bytes. It is the one of the dataset, by which a
 * PACS lists it: tools that renumber instances forget Media Storage SOP Instance UID (0002,0003), which is
 * taken only where the dataset cannot be read.
 *
 * @returns undefined where the bytes say none: what is wrong with them, who parses all of them will tell.
 */
export function sopInstanceUid(bytes: Uint8Array): string | undefined {
  try {
    const head = bytes.subarray(0, headBytes);
    const meta = dicomParser.readPart10Header(head);
    // To inflate what a PACS sent is for who has a limit for it.
    const own = meta.string('x00020010') === deflated ? undefined : fromDataset(head);
    const uid = own ?? meta.string('x00020003');
    return uid !== undefined && isUid(uid) ? uid : undefined;
  } catch {
    return undefined;
  }
}

function fromDataset(head: Uint8Array): string | undefined {
  try {
    return dicomParser.parseDicom(head, { untilTag: 'x00080018' }).string('x00080018');
  } catch {
    return undefined;
  }
}
