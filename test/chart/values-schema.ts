/** The schema of the chart's values: by hand but for `config`, which is the schema of Lobar's configuration. */
import { readFile } from 'node:fs/promises';
import { chartFolder } from './chart-folder.ts';

export const schemaFile = `${chartFolder}/values.schema.json`;

interface Schema {
  readonly properties: Readonly<Record<string, object>>;
}

/** What values.schema.json must hold, as text: what it holds, with the configuration's schema of today. */
export async function valuesSchema(): Promise<string> {
  const values = JSON.parse(await readFile(schemaFile, 'utf8')) as Schema;
  const configFile = new URL('../../docs/lobar.schema.json', import.meta.url);
  const { $schema: _, title: __, ...config } = JSON.parse(await readFile(configFile, 'utf8'));
  return `${JSON.stringify({ ...values, properties: { ...values.properties, config } }, undefined, 2)}\n`;
}
