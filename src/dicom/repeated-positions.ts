import type { InstanceHeader } from './instance-header.ts';

/** One image kept for each position. */
interface KeptImages {
  /** Indices of the headers, in the order of the positions. */
  readonly order: readonly number[];
  readonly duplicates: readonly number[];
  /** Positions of several different images where nothing tells which of them belongs to its neighbours. */
  readonly undecided: number;
}

/** A position that one image has for itself, and the number of that image. */
interface Anchor {
  readonly place: number;
  readonly number: number;
}

/**
 * Keeps one image of each position; `places` are the indices of the headers there. Where several lie, they may
 * be of two passes, which must not be mixed slice by slice: the lowest acquisition is kept, and of one
 * acquisition the image whose InstanceNumber continues that of the neighbours. The result does not depend on the
 * order of arrival.
 */
export function keepOneEach(
  headers: readonly InstanceHeader[],
  places: readonly (readonly number[])[],
): KeptImages {
  const header = (index: number) => headers[index] as InstanceHeader;
  const candidates = places.map((place) => lowestAcquisition(place, header));
  const anchors = anchorsByAcquisition(candidates, header);
  let undecided = 0;
  const order = candidates.map((own, place) => {
    const kept = own.toSorted((a, b) => comesFirst(header(a), header(b)))[0] as number;
    if (areCopies(own, header)) return kept;
    const expected = numberAt(place, anchors.get(header(kept).acquisitionNumber) ?? []);
    const nearest = nearestTo(expected, own, header);
    if (nearest === undefined) undecided += 1;
    return nearest ?? kept;
  });
  const kept = new Set(order);
  return { order, duplicates: places.flat().filter((index) => !kept.has(index)), undecided };
}

type HeaderAt = (index: number) => InstanceHeader;

function lowestAcquisition(place: readonly number[], header: HeaderAt): readonly number[] {
  if (place.length === 1) return place;
  const acquisition = (index: number) => header(index).acquisitionNumber ?? 0;
  const lowest = place.reduce(
    (least, index) => Math.min(least, acquisition(index)),
    Number.POSITIVE_INFINITY,
  );
  return place.filter((index) => acquisition(index) === lowest);
}

/** Whether all are one image (frame), sent more than once. */
function areCopies(place: readonly number[], header: HeaderAt): boolean {
  const first = header(place[0] as number);
  return place.every((index) => {
    const { sopInstanceUid, frameNumber } = header(index);
    return sopInstanceUid === first.sopInstanceUid && frameNumber === first.frameNumber;
  });
}

function anchorsByAcquisition(candidates: readonly (readonly number[])[], header: HeaderAt) {
  const anchors = new Map<number | undefined, Anchor[]>();
  for (const [place, own] of candidates.entries()) {
    const { acquisitionNumber, instanceNumber: number } = header(own[0] as number);
    if (number === undefined || !areCopies(own, header)) continue;
    const same = anchors.get(acquisitionNumber);
    if (same === undefined) anchors.set(acquisitionNumber, [{ place, number }]);
    else same.push({ place, number });
  }
  return anchors;
}

/** The number that the image there should have: on the line through the two anchors nearest to it. */
function numberAt(place: number, anchors: readonly Anchor[]): number | undefined {
  let [from, to] = [0, anchors.length];
  while (from < to) {
    const half = (from + to) >>> 1;
    if ((anchors[half] as Anchor).place < place) from = half + 1;
    else to = half;
  }
  const last = anchors.length - 1;
  const [a, b] = [
    anchors[Math.min(Math.max(from - 1, 0), last - 1)],
    anchors[Math.min(Math.max(from, 1), last)],
  ];
  if (a === undefined || b === undefined) return undefined;
  return a.number + ((place - a.place) * (b.number - a.number)) / (b.place - a.place);
}

/** Twice as near as any other, so that no chance decides. */
function nearestTo(
  expected: number | undefined,
  own: readonly number[],
  header: HeaderAt,
): number | undefined {
  if (expected === undefined) return undefined;
  const off = (index: number) =>
    Math.abs((header(index).instanceNumber ?? Number.POSITIVE_INFINITY) - expected);
  const [first, second] = own.toSorted((a, b) => off(a) - off(b) || comesFirst(header(a), header(b)));
  if (first === undefined || second === undefined) return first;
  return off(first) * 2 < off(second) ? first : undefined;
}

function comesFirst(a: InstanceHeader, b: InstanceHeader): number {
  const byInstance = (a.instanceNumber ?? 0) - (b.instanceNumber ?? 0);
  return byInstance || (a.sopInstanceUid < b.sopInstanceUid ? -1 : 1);
}
