import type { InstanceHeader } from './instance-header.ts';
import { objectKind } from './object-kind.ts';
import { type SliceGeometry, sameGeometry, sliceGeometry } from './slice-stack.ts';
import { type Part, splitByPass } from './split-by-pass.ts';

/** Images of one series that may be one volume. */
export interface Stack {
  readonly headers: readonly InstanceHeader[];
  /** What tells it from the rest of the series, such as `acquisition 2`; absent where the series is one stack. */
  readonly distinguishedBy?: string;
}

/** One way to divide images; one part means that they are not divided, and it has no name. */
type Divide = (headers: readonly InstanceHeader[]) => readonly Part[];

/**
 * Splits a series into stacks, each of which is then judged as if it were a series.
 *
 * What can never be one volume is always separated: kinds of objects, then sizes, orientations, pixel
 * spacings and frames of reference. Of the slices that are left, those of several passes over one place are separated
 * (split-by-pass.ts); consecutive parts stay together. The result does not depend on the order of the images.
 */
export function splitSeries(headers: readonly InstanceHeader[]): readonly Stack[] {
  const ways: readonly Divide[] = [byKind, byGrid, splitByPass];
  const parts = ways.reduce<readonly Part[]>(
    (all, way) => all.flatMap((part) => divide(part, way)),
    [{ headers, names: [] }],
  );
  if (parts.length === 1) return [{ headers }];
  return parts
    .map(({ headers, names }) => ({ headers, distinguishedBy: nameOf(names) }))
    .sort((a, b) => b.headers.length - a.headers.length || (a.distinguishedBy < b.distinguishedBy ? -1 : 1));
}

/** That they are slices goes without saying where more is known of them. */
function nameOf(names: readonly string[]): string {
  const telling = names.filter((name) => name !== kindNames.slice);
  return (telling.length > 0 ? telling : names).join(', ');
}

function divide({ headers, names }: Part, way: Divide): readonly Part[] {
  const parts = way(headers);
  return parts.length === 1
    ? [{ headers, names }]
    : parts.map((part) => ({ headers: part.headers, names: [...names, ...part.names] }));
}

const kindNames = {
  'not-ct': 'not CT',
  'secondary-capture': 'secondary captures',
  localizer: 'localizers',
  'multi-frame': 'multi-frame objects without positions',
  'without-position': 'images without position',
  slice: 'slices',
} as const;

function byKind(headers: readonly InstanceHeader[]): readonly Part[] {
  const kinds = Map.groupBy(headers, objectKind);
  return [...kinds].map(([kind, own]) => ({ headers: own, names: [kindNames[kind]] }));
}

/** Images of one size, orientation, pixel spacing and frame of reference. */
interface Grid {
  readonly geometry: SliceGeometry;
  readonly headers: InstanceHeader[];
}

/** [ours] No scan has more: the rest counts as single images. Headers are hostile. */
const maxGrids = 64;

/**
 * Images of one size, orientation, pixel spacing and frame of reference. Single images of many grids (turning projections, for
 * example) stay one part, which is refused for its mixed geometry: a part each would say no more.
 */
function byGrid(headers: readonly InstanceHeader[]): readonly Part[] {
  // byKind has set these apart already.
  if (headers.some((header) => objectKind(header) !== 'slice')) return [{ headers, names: [] }];
  const [grids, unlike] = nearGrids(headers);
  const single = [...grids.filter((grid) => grid.headers.length === 1), ...unlike];
  const gathered = single.length > 1 ? single : [];
  const rest = { headers: gathered.flatMap((grid) => grid.headers), names: ['single images of other grids'] };
  const own = grids.filter((grid) => !gathered.includes(grid));
  const varies = (of: (geometry: SliceGeometry) => string) =>
    new Set(own.map(({ geometry }) => of(geometry))).size > 1;
  const telling = [sizeOf, orientationOf, spacingOf, frameNames(own)].filter(varies);
  const parts = own.map(({ geometry, headers }) => ({
    headers,
    names: (telling.length > 0 ? telling : [sizeOf]).map((of) => of(geometry)),
  }));
  return gathered.length > 0 ? [...parts, rest] : parts;
}

/** Grids that differ by no more than the rounding of their text count as the one of most images; and the rest. */
function nearGrids(headers: readonly InstanceHeader[]): readonly [readonly Grid[], readonly Grid[]] {
  const exact = new Map<string, Grid>();
  for (const header of headers) {
    const geometry = sliceGeometry(header);
    if (geometry === undefined) continue;
    const key = gridKey(geometry);
    const grid = exact.get(key);
    if (grid === undefined) exact.set(key, { geometry, headers: [header] });
    else grid.headers.push(header);
  }
  const grids: Grid[] = [];
  const unlike: Grid[] = [];
  const sorted = [...exact].sort(([a, x], [b, y]) => y.headers.length - x.headers.length || (a < b ? -1 : 1));
  for (const [, own] of sorted) {
    const grid = grids.find(({ geometry }) => sameGeometry(geometry, own.geometry, 'near'));
    if (grid !== undefined) for (const header of own.headers) grid.headers.push(header);
    else (grids.length < maxGrids ? grids : unlike).push(own);
  }
  return [grids, unlike];
}

function gridKey(geometry: SliceGeometry): string {
  const { rows, columns, pixelSpacingMm, imageOrientationPatient, frameOfReferenceUid } = geometry;
  const { row, column } = pixelSpacingMm;
  return [
    rows,
    columns,
    row,
    column,
    ...imageOrientationPatient.row,
    ...imageOrientationPatient.column,
    frameOfReferenceUid,
  ].join();
}

function sizeOf({ columns, rows }: SliceGeometry): string {
  return `${columns} x ${rows}`;
}

/** As DICOM writes it, with three decimals at most. */
function orientationOf({ imageOrientationPatient: { row, column } }: SliceGeometry): string {
  return `orientation ${[...row, ...column].map((value) => Number(value.toFixed(3)) + 0).join('\\')}`;
}

function spacingOf({ pixelSpacingMm: { row, column } }: SliceGeometry): string {
  return `pixels of ${Number(row.toFixed(4))} x ${Number(column.toFixed(4))} mm`;
}

/** Numbered in the order of their UIDs, which themselves say nothing to a reader. */
function frameNames(grids: readonly Grid[]): (geometry: SliceGeometry) => string {
  const uids = new Set(grids.flatMap(({ geometry }) => geometry.frameOfReferenceUid ?? []));
  const sorted = [...uids].sort();
  return ({ frameOfReferenceUid: uid }) =>
    uid === undefined ? 'without frame of reference' : `frame of reference ${sorted.indexOf(uid) + 1}`;
}
