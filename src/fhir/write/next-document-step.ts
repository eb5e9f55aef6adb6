import { identifiersOf } from '../identifiers-of.ts';
import { carriesRun, type Run } from '../report-context.ts';
import type { Held } from './held-report.ts';
import { allButSmallestId, isOurs, refusal, smallestId } from './next-step.ts';

type Document = Held<fhir4.DocumentReference>;

/** What is to be done about a document that stands alone, by what the EHR holds of it. */
export type DocumentStep =
  | { readonly kind: 'done'; readonly document: Document }
  /** A human has set this status. */
  | { readonly kind: 'refuse'; readonly status: string; readonly held: Document }
  | { readonly kind: 'withdraw'; readonly duplicates: readonly Document[] }
  | { readonly kind: 'supersede'; readonly outdated: readonly Document[] }
  /** In the place of these. */
  | { readonly kind: 'create'; readonly replaces: readonly Document[] };

/** What this process has done by now. */
export interface DocumentMemory {
  /** The id of the document that it has written. */
  readonly wrote: string | undefined;
  /** It has written the document, or sent it and does not know what became of it. */
  readonly sent: boolean;
  /** Ids of the documents that what it wrote replaces: not every EHR keeps `relatesTo`. */
  readonly replaced: ReadonlySet<string>;
  /** Ids of what was withdrawn or superseded, or does not let itself be. */
  readonly settled: ReadonlySet<string>;
}

/**
 * Decides by what is held, so that processes that look at the same decide the same. A newer result is a document of
 * its own, which replaces the older ones; of one result the copy with the smallest id counts. Of two results that were
 * written at the same time, so that neither replaces the other, the one with the smaller id counts, and whoever wrote
 * the other writes it again in its place.
 *
 * @param documents - those of the report, of all its runs, without what was withdrawn
 */
export function nextDocumentStep(
  documents: readonly Document[],
  run: Run,
  { wrote, sent, replaced, settled }: DocumentMemory,
): DocumentStep {
  const isMine = (one: Document) => one.id === wrote || carriesRun(one, run);
  const past = new Set([...replaced, ...documents.flatMap(idsReplacedBy)]);
  const taken = documents.find((one) => !isOurs(one) || isSupersededByOthers(one, past));
  if (taken !== undefined) {
    return isMine(taken) && sent ? { kind: 'done', document: taken } : refusal(taken);
  }

  const current = documents.filter((one) => one.status === 'current' && !settled.has(one.id));
  const heads = current.filter(({ id }) => !past.has(id));
  const mine = heads.filter(isMine);
  const counting = smallestId(wrote === undefined ? mine : heads);
  const duplicates = allButSmallestId(wrote === undefined ? mine : heads);
  if (duplicates.length > 0) return { kind: 'withdraw', duplicates };
  if (counting !== undefined && isMine(counting)) {
    const outdated = current.filter(({ id }) => past.has(id));
    return outdated.length > 0 ? { kind: 'supersede', outdated } : { kind: 'done', document: counting };
  }
  // That of another run, which replaces it, came after it.
  const written = documents.find(({ id }) => id === wrote);
  if (written !== undefined && past.has(written.id)) return { kind: 'done', document: written };
  return { kind: 'create', replaces: heads };
}

/** Superseded, and not by a document of ours: then its identifiers are old. */
function isSupersededByOthers({ id, status, identifier }: Document, past: ReadonlySet<string>): boolean {
  const isOld = identifiersOf(identifier).some(({ use }) => use === 'old');
  return status === 'superseded' && !isOld && !past.has(id);
}

function idsReplacedBy({ relatesTo }: Document): string[] {
  const relations: readonly (Partial<fhir4.DocumentReferenceRelatesTo> | null)[] = Array.isArray(relatesTo)
    ? relatesTo
    : [];
  return relations.flatMap((one) => {
    const [, id] =
      /(?:^|\/)DocumentReference\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(
        one?.target?.reference ?? '',
      ) ?? [];
    return one?.code === 'replaces' && id !== undefined ? [id] : [];
  });
}
