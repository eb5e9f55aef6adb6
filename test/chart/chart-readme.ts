/** The README of the chart: its head, which is written by hand, and a table of all values out of values.yaml. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { chartFolder } from './chart-folder.ts';
import { at } from './helm.ts';

export const readmeFile = join(chartFolder, 'README.md');

/** A value that a comment "# -- " stands before. */
export interface DescribedValue {
  /** With dots. */
  readonly path: string;
  readonly description: string;
}

/** What README.md must hold. */
export async function chartReadme(): Promise<string> {
  const head = await readFile(join(chartFolder, 'README.head.md'), 'utf8');
  const text = await readFile(join(chartFolder, 'values.yaml'), 'utf8');
  const values: unknown = parse(text);
  const rows = describedValues(text).map(
    ({ path, description }) => `| \`${path}\` | ${description} | ${defaultOf(at(values, path))} |`,
  );
  return [head.trimEnd(), '', '| value | what | default |', '|---|---|---|', ...rows, ''].join('\n');
}

/** In the order of the file. */
export function describedValues(text: string): DescribedValue[] {
  const found: DescribedValue[] = [];
  const parents: { readonly indent: number; readonly key: string }[] = [];
  let comment: string[] | undefined;
  for (const line of text.split('\n')) {
    const [, indentation = '', marked, told] = /^( *)# (-- )?(.*)$/.exec(line) ?? [];
    if (told !== undefined) {
      if (marked !== undefined) comment = [told];
      else comment?.push(told);
      continue;
    }
    const [, spaces = '', key = ''] = /^( *)([A-Za-z][\w-]*):(?: |$)/.exec(line) ?? [];
    if (key !== '') {
      while ((parents.at(-1)?.indent ?? -1) >= spaces.length) parents.pop();
      parents.push({ indent: spaces.length, key });
      const path = parents.map((one) => one.key).join('.');
      if (comment !== undefined) found.push({ path, description: comment.join(' ').replaceAll('|', '\\|') });
    }
    if (indentation === '') comment = undefined;
  }
  return found;
}

/** Short ones as JSON, which is YAML; a long one says where it stands. */
function defaultOf(value: unknown): string {
  if (value === '' || value === undefined) return '';
  const text = JSON.stringify(value);
  return text.length > 60 ? 'see values.yaml' : `\`${text}\``;
}
