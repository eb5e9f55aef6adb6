import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CovidClass, classes } from '../pipeline/types.ts';
import { isUid } from '../uid.ts';
import { type CohortCase, type MaskColumn, maskColumns, type StudyPlace } from './cohort-case.ts';

export interface Row {
  readonly line: number;
  /** From 1, without the header. */
  readonly number: number;
  readonly width: number;
  readonly columns: number;
  readonly values: ReadonlyMap<string, string>;
}

export interface RowContext {
  readonly folder: string;
  readonly subgroups: readonly string[];
  readonly hasPacs: boolean;
}

export interface ReadRow {
  readonly id: string;
  /** Absent where there are mistakes. */
  readonly cohortCase?: CohortCase;
  readonly mistakes: readonly string[];
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const sexes = ['M', 'F', 'O'];

/** One case of a cohort table, or all that is wrong with its line. */
export async function readRow(row: Row, context: RowContext): Promise<ReadRow> {
  const mistakes: string[] = [];
  const wrong = (what: string) => mistakes.push(`line ${row.line}: ${what}`);
  const value = (column: string) => row.values.get(column) || undefined;
  if (row.width !== row.columns) wrong(`it has ${row.width} cells, the header has ${row.columns}`);
  const id = value('id') ?? String(row.number);
  if (!idPattern.test(id)) wrong("its id may hold letters, digits, '.', '_' and '-' only, 100 at most");
  const label = value('label');
  if (label !== undefined && !isClass(label)) wrong(`its label is none of ${classes.join(', ')}`);
  const sex = value('sex');
  if (sex !== undefined && !sexes.includes(sex)) wrong(`its sex is none of ${sexes.join(', ')}`);
  const age = value('age');
  if (age !== undefined && !(Number(age) >= 0 && Number(age) <= 130)) wrong('its age is no number of years');
  const study = await placeOf(value('study'), context, wrong);
  const masks = await masksOf(value, context, wrong);
  if (mistakes.length > 0 || study === undefined) return { id, mistakes };
  const vendor = value('vendor');
  const given = {
    ...(sex === undefined ? {} : { sex }),
    ...(age === undefined ? {} : { age: Number(age) }),
    ...(vendor === undefined ? {} : { vendor }),
  };
  const labelled = label !== undefined && isClass(label) ? { label } : {};
  const extra = Object.fromEntries(context.subgroups.map((name) => [name, value(name) ?? '']));
  return {
    id,
    mistakes,
    cohortCase: { id, study, patient: value('patient') ?? id, ...labelled, masks, given, extra },
  };
}

function isClass(text: string): text is CovidClass {
  return (classes as readonly string[]).includes(text);
}

/** What exists as a path is a path. */
async function placeOf(
  study: string | undefined,
  { folder, hasPacs }: RowContext,
  wrong: (what: string) => void,
): Promise<StudyPlace | undefined> {
  if (study === undefined) {
    wrong('it names no study');
    return undefined;
  }
  const path = resolve(folder, study);
  if (await exists(path)) return { kind: 'folder', path };
  if (!isUid(study)) wrong('its study is neither a folder that exists nor a StudyInstanceUID');
  else if (!hasPacs) wrong('its study is a StudyInstanceUID, and no PACS is configured');
  return { kind: 'pacs', studyUid: study };
}

async function masksOf(
  value: (column: string) => string | undefined,
  { folder }: RowContext,
  wrong: (what: string) => void,
): Promise<CohortCase['masks']> {
  const masks: Partial<Record<MaskColumn, string>> = {};
  for (const column of maskColumns) {
    const name = value(column);
    if (name === undefined) continue;
    masks[column] = resolve(folder, name);
    if (!(await exists(resolve(folder, name)))) wrong(`its ${column} mask does not exist`);
  }
  return masks;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
