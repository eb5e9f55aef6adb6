import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeDemoStudy } from './write-demo-study.ts';

/** `npm run demo:generate [-- --out <folder>]`: makes the demo study again, in its place by default. */
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const folder = values.out ?? fileURLToPath(new URL('../demo-study', import.meta.url));
const files = await writeDemoStudy(folder);
process.stdout.write(`${files} files written to ${folder}\n`);
