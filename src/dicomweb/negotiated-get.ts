import type { PacsResponse, Transport } from './transport.ts';

/** The stored bytes as they are (PS3.18 8.7.3.5.2); without `*` a PACS transcodes everything to explicit LE. */
const stored = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const transcoded = 'multipart/related; type="application/dicom"';

/** How a PACS says that it does not know the parameter. */
const refusals = new Set([400, 406, 415]);

/** GETs DICOM instances from a path under the root of a PACS. `operation` is for errors. */
export type NegotiatedGet = (operation: string, path: string, signal: AbortSignal) => Promise<PacsResponse>;

/**
 * Asks a PACS for stored bytes, and where it refuses that, for what it makes of them by itself. What it took
 * first is what it is asked from then on: a failure later is one of that request, not of the form.
 */
export function negotiatedGet(transport: Transport): NegotiatedGet {
  let taken: string | undefined;

  return async (operation, path, signal) => {
    const ask = async (accept: string) => {
      const url = `${transport.root}${path}`;
      const response = await transport.send({ operation, method: 'GET', url, headers: { accept }, signal });
      if (response.status === 200) taken ??= accept;
      return response;
    };
    const response = await ask(taken ?? stored);
    if (taken === transcoded) return response;
    // Some fail on the parameter instead of refusing it; one that has taken it before failed on something else.
    const isRefused = refusals.has(response.status) || (response.status === 500 && taken === undefined);
    if (!isRefused) return response;
    response.discard();
    return await ask(transcoded);
  };
}
