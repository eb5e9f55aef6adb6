/** npm run chart:readme */
import { writeFile } from 'node:fs/promises';
import { chartReadme, readmeFile } from './chart-readme.ts';

await writeFile(readmeFile, await chartReadme());
