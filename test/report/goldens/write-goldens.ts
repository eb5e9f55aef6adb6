import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { encodePng } from '../../../src/report/encode-png.ts';
import { demoPictures } from './demo-pictures.ts';

/** `node test/report/goldens/write-goldens.ts`: draws the goldens again. Look at each of them before it is checked in. */
for (const { name, picture } of demoPictures()) {
  await writeFile(fileURLToPath(new URL(`${name}.png`, import.meta.url)), encodePng(picture));
}
