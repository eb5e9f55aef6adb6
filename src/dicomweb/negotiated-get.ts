import { parseMediaType } from './media-type.ts';
import type { PacsOperation } from './pacs-operations.ts';
import type { PacsResponse, Transport } from './transport.ts';

/** The stored bytes as they are (PS3.18 8.7.3.5.2); without `*` a PACS transcodes everything to explicit LE. */
const stored = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const transcoded = 'multipart/related; type="application/dicom"';

/** How a PACS says that it does not know the parameter. */
const refusals = new Set([400, 406, 415]);
/** Some fail on the parameter, or on transcoding, instead of refusing it. */
const failed = 500;

const dicomTypes = new Set(['multipart/related', 'application/dicom']);

/** GETs DICOM instances from a path under the root of a PACS. */
export type NegotiatedGet = (
  operation: PacsOperation,
  path: string,
  signal: AbortSignal,
) => Promise<PacsResponse>;

/**
 * Asks a PACS for stored bytes, and where it refuses that or fails on it, for what it makes of them by itself;
 * or the other way round, where it has refused stored bytes and never sent any. A failure teaches nothing: it
 * may have been of that moment, and everything would be transcoded for the rest of the process.
 */
export function negotiatedGet(transport: Transport): NegotiatedGet {
  let knowsStored = false;
  let refusesStored = false;

  return async (operation, path, signal) => {
    const ask = async (accept: string) => {
      const url = `${transport.root}${path}`;
      const response = await transport.send({ operation, method: 'GET', url, headers: { accept }, signal });
      if (accept === stored && sendsDicom(response)) {
        knowsStored = true;
        refusesStored = false;
      }
      return response;
    };
    const [form, otherForm] = refusesStored ? [transcoded, stored] : [stored, transcoded];
    const first = await ask(form);
    const isRefused = refusals.has(first.status);
    if (!isRefused && first.status !== failed) return first;
    first.discard();
    const second = await ask(otherForm);
    if (form === stored && isRefused && !knowsStored && sendsDicom(second)) refusesStored = true;
    if (!refusals.has(second.status)) return second;
    second.discard();
    // That the other form is refused says nothing of why the first one failed.
    return first;
  };
}

function sendsDicom({ status, header }: PacsResponse): boolean {
  return status === 200 && dicomTypes.has(parseMediaType(header('content-type'))?.type ?? '');
}
