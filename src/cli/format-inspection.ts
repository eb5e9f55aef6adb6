import type { InspectedStack, Inspection } from '../analysis/inspection.ts';
import { plainLine } from './plain-text.ts';

/** Most terminals that an integration engineer has are at least this wide. */
const width = 120;

interface Column {
  readonly title: string;
  readonly width: number;
  /** Numbers stand at the right edge. */
  readonly right?: true;
  readonly cell: (stack: InspectedStack) => string;
}

const withoutUid = '(without UID)';

/** What is more than `most` would not fit its column. */
const number = (value: number | undefined, digits: number, most: number) =>
  value !== undefined && value > most ? `>${most}` : (value?.toFixed(digits) ?? '');

/** 118 columns with the spaces between; what does not fit is cut, and told in full below the table. */
const columns: readonly Column[] = [
  { title: 'NO', width: 6, right: true, cell: ({ seriesNumber }) => String(seriesNumber ?? '') },
  { title: 'SERIES', width: 26, cell: nameOf },
  { title: 'MOD', width: 3, cell: ({ modality }) => modality },
  { title: 'SLICES', width: 6, right: true, cell: ({ slices }) => String(slices || '') },
  { title: 'SIZE', width: 9, right: true, cell: sizeOf },
  { title: 'SPACING Z/Y/X', width: 15, cell: spacingOf },
  { title: 'THICK', width: 5, right: true, cell: ({ sliceThicknessMm }) => number(sliceThicknessMm, 2, 99) },
  { title: 'COVER', width: 5, right: true, cell: ({ coverageMm }) => number(coverageMm, 0, 9999) },
  { title: 'KERNEL', width: 8, cell: ({ convolutionKernel = '' }) => convolutionKernel },
  { title: 'SYNTAX', width: 17, cell: ({ transferSyntax }) => shortSyntax(transferSyntax?.name ?? '') },
  { title: 'STATE', width: 8, cell: ({ state }) => (state === 'ineligible' ? 'no' : state) },
];

/** The Inspection as text: a line for each stack, then why. Lengths in mm. */
export function formatInspection({ study, outcome, stacks, warnings }: Inspection): string {
  const title = [study.description, study.date].filter((text) => text !== undefined).join(', ');
  const said = outcome === 'eligible' ? 'would be analysed' : 'not eligible: nothing would be analysed';
  return [
    `Study ${study.uid || withoutUid}${title === '' ? '' : ` (${title})`}: ${said}`,
    '',
    row(({ title }) => title),
    ...stacks.map((stack) => row(({ cell }) => cell(stack))),
    ...stacks.flatMap(whyOf),
    ...(warnings.length > 0 ? ['', ...warnings.flatMap(({ code, text }) => wrapped(code, text))] : []),
    '',
  ]
    .map(plainLine)
    .join('\n');
}

function row(cellOf: (column: Column) => string): string {
  const cells = columns.map((column) => {
    const text = fitted(cellOf(column), column.width);
    return column.right ? text.padStart(column.width) : text.padEnd(column.width);
  });
  return cells.join(' ').trimEnd();
}

function whyOf(stack: InspectedStack): readonly string[] {
  const { state, seriesNumber, uid, chosenBecause, reasons, warnings } = stack;
  const label = [seriesNumber, nameOf(stack) || 'without description'].join(' ').trim();
  return [
    '',
    `${state === 'ineligible' ? 'not eligible' : state}: ${label}`,
    `  ${uid || withoutUid}`,
    ...(chosenBecause === undefined ? [] : wrapped(chosenBecause.code, chosenBecause.text)),
    ...reasons.flatMap(({ code, text }) => wrapped(code, text)),
    ...warnings.flatMap(({ code, text }) => wrapped(`! ${code}`, text)),
  ];
}

/** `  code: text`, broken between words to the width of the table. */
function wrapped(code: string, text: string): readonly string[] {
  const lines = [`  ${code}:`];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`    ${word}`);
  }
  return lines;
}

function nameOf({ description = '', distinguishedBy }: InspectedStack): string {
  if (distinguishedBy === undefined) return description;
  return `${description}${description === '' ? '' : ' '}[${distinguishedBy}]`;
}

function sizeOf({ columns, rows }: InspectedStack): string {
  return columns === undefined || rows === undefined ? '' : `${columns}x${rows}`;
}

function spacingOf({ spacingMm }: InspectedStack): string {
  return spacingMm?.map((mm) => number(mm, 2, 99)).join('/') ?? '';
}

function shortSyntax(name: string): string {
  return name.replace('Little Endian', 'LE').replace('Big Endian', 'BE').replace('High-Throughput', 'HT');
}

/** Of a long text both ends are kept: the end of a name often is what differs. */
function fitted(text: string, room: number): string {
  if (text.length <= room) return text;
  const head = Math.ceil((room - 1) / 2);
  return `${text.slice(0, head)}~${text.slice(text.length - (room - 1 - head))}`;
}
