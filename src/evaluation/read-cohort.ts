import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { LobarError } from '../errors.ts';
import { type Cohort, columns } from './cohort-case.ts';
import { type Row, type RowContext, readRow } from './read-row.ts';

export interface CohortOptions {
  /** Columns beside the known ones by whose values the results are split. */
  readonly subgroups: readonly string[];
  /** Columns that are there and not wanted. */
  readonly ignored: readonly string[];
  /** Whether a StudyInstanceUID can be fetched. */
  readonly hasPacs: boolean;
}

/**
 * Reads a cohort table: CSV (RFC 4180) with a header row, UTF-8; paths are relative to it.
 *
 * @throws LobarError `cohort-invalid` with all mistakes and the lines that they are in
 */
export async function readCohort(file: string, options: CohortOptions): Promise<Cohort> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new LobarError('cohort-invalid', { mistakes: ['there is no such file'] }, { cause });
  });
  const [header, ...rows] = linesOf(bytes);
  if (header === undefined) throw new LobarError('cohort-invalid', { mistakes: ['it is empty'] });
  const mistakes = [...headerMistakes(header.cells, options)];
  const names = header.cells.map((name) => name.trim());
  const context: RowContext = { ...options, folder: dirname(resolve(file)) };
  const read = await Promise.all(rows.map((row, index) => readRow(asRow(names, row, index + 1), context)));
  for (const one of read) mistakes.push(...one.mistakes);
  mistakes.push(...repeatedIds(read.map((one, index) => [one.id, rows[index]?.line ?? 0])));
  if (rows.length === 0) mistakes.push('it has no case');
  if (mistakes.length > 0) throw new LobarError('cohort-invalid', { mistakes });
  const cases = read.map((one) => one.cohortCase).filter((one) => one !== undefined);
  return { file: resolve(file), sha256: createHash('sha256').update(bytes).digest('hex'), cases };
}

interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

function linesOf(bytes: Buffer): readonly Line[] {
  try {
    const records = parse(bytes, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true });
    return (records as unknown as { info: { lines: number }; record: string[] }[]).map(
      ({ info, record }) => ({
        line: info.lines,
        cells: record,
      }),
    );
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    // Its own message quotes the table.
    const line = (cause as CsvError & { lines?: number }).lines;
    const mistake = `line ${line ?? '?'}: it is no CSV (${cause.code})`;
    throw new LobarError('cohort-invalid', { mistakes: [mistake] }, { cause });
  }
}

function* headerMistakes(cells: readonly string[], { subgroups, ignored }: CohortOptions): Generator<string> {
  const names = cells.map((name) => name.trim());
  const known: readonly string[] = [...columns, ...subgroups, ...ignored];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    yield `line 1: unknown column(s) ${unknown.map((name) => `'${name}'`).join(', ')}; name them with --subgroups, or leave them out with --ignore`;
  }
  const repeated = names.filter((name, at) => names.indexOf(name) < at);
  if (repeated.length > 0) yield `line 1: the column '${repeated[0]}' is there twice`;
  if (!names.includes('study')) yield "line 1: there is no column 'study'";
  for (const name of subgroups) {
    if (!names.includes(name)) yield `line 1: there is no column '${name}', which --subgroups names`;
  }
}

function asRow(names: readonly string[], { line, cells }: Line, number: number): Row {
  const values = names.map((name, at): [string, string] => [name, (cells[at] ?? '').trim()]);
  return { line, number, width: cells.length, columns: names.length, values: new Map(values) };
}

/** File systems may not tell upper case from lower case. */
function* repeatedIds(ids: readonly (readonly [id: string, line: number])[]): Generator<string> {
  const seen = new Map<string, number>();
  for (const [id, line] of ids) {
    const before = seen.get(id.toLowerCase());
    if (before !== undefined) yield `line ${line}: the id '${id}' is that of line ${before} too`;
    else seen.set(id.toLowerCase(), line);
  }
}
