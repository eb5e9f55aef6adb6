/** npm run chart:schema */
import { writeFile } from 'node:fs/promises';
import { schemaFile, valuesSchema } from './values-schema.ts';

await writeFile(schemaFile, await valuesSchema());
