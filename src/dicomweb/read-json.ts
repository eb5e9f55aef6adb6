import { LobarError } from '../errors.ts';
import { takingTurns } from '../event-loop-turns.ts';
import { byteBudget } from './byte-budget.ts';
import { type DicomJson, isDicomJson } from './dicom-json.ts';
import { parseMediaType } from './media-type.ts';
import { parseInTurns } from './parse-in-turns.ts';
import { NotAnArrayOfObjects, splitJsonArray } from './split-json-array.ts';
import type { PacsResponse } from './transport.ts';

const jsonTypes = new Set(['application/dicom+json', 'application/json']);

/** Whether the answer says of itself that it is JSON. */
export function isJson(response: PacsResponse): boolean {
  const type = parseMediaType(response.header('content-type'))?.type;
  return type !== undefined && jsonTypes.has(type);
}

/** Reads the body of an answer; `pacs` and `jsonBytes` are for its errors. */
export type ReadAnswer<Answer> = (pacs: string, response: PacsResponse, jsonBytes: number) => Promise<Answer>;

/** Makes something of one dataset; a promise where a large one takes turns. */
export type EachDataset<Item> = (dataset: DicomJson) => Item | Promise<Item>;

/**
 * Reads an answer that must be a list of datasets, and keeps of each what `each` makes of it. A dataset is
 * parsed alone and let go at once, with turns of the event loop in between: the metadata of a series are
 * megabytes, which would hold up every other request while they are parsed at once, or swept as garbage.
 *
 * @throws LobarError `pacs-response-invalid`, `limit-exceeded` (limits.jsonBytes), `pacs-incomplete`; and
 *   whatever `each` throws, unchanged.
 */
export function readDatasets<Item>(each: EachDataset<Item>): ReadAnswer<Item[]> {
  return async (pacs, response, jsonBytes) => {
    requireJson(pacs, response);
    const notDatasets = () => invalid(pacs, response, 'its answer is not a list of DICOM JSON datasets');
    const items: Item[] = [];
    const turn = takingTurns();
    try {
      for await (const text of splitJsonArray(limited(response.chunks, jsonBytes))) {
        const dataset = await parseInTurns(text, turn).catch(() => {
          throw notJson(pacs, response);
        });
        if (!isDicomJson(dataset)) throw notDatasets();
        items.push(await each(dataset));
        await turn();
      }
    } catch (error) {
      throw error instanceof NotAnArrayOfObjects ? notDatasets() : error;
    }
    return items;
  };
}

/**
 * Reads an answer that may be any JSON, which is for short ones: it is parsed at once.
 *
 * @throws LobarError as `readDatasets`.
 */
export const readJson: ReadAnswer<unknown> = async (pacs, response, jsonBytes) => {
  requireJson(pacs, response);
  const chunks: Uint8Array[] = [];
  for await (const chunk of limited(response.chunks, jsonBytes)) chunks.push(chunk);
  return parse(pacs, response, Buffer.concat(chunks).toString('utf8'));
};

/** A path that a PACS does not serve is answered 200 with a page of HTML by many a proxy. */
function requireJson(pacs: string, response: PacsResponse): void {
  if (!isJson(response)) throw invalid(pacs, response, 'its answer is not DICOM JSON');
}

function limited(chunks: AsyncIterable<Uint8Array>, jsonBytes: number) {
  return byteBudget({ name: 'jsonBytes', value: jsonBytes, unit: 'bytes' })(chunks);
}

function parse(pacs: string, response: PacsResponse, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(pacs, response);
  }
}

/** Without the cause: V8 quotes the text around the mistake, which is a patient's. */
function notJson(pacs: string, response: PacsResponse): LobarError {
  return invalid(pacs, response, 'its answer is not valid JSON');
}

function invalid(pacs: string, response: PacsResponse, problem: string): LobarError {
  response.discard();
  return new LobarError('pacs-response-invalid', { pacs, problem });
}
