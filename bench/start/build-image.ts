/** Builds the image for the CPU and unpacks it into out/image, where the suite `start` measures its size: minutes, root. */
import { mkdir, rm } from 'node:fs/promises';
import { buildImage } from '../../test/support/image/build-image.ts';
import { imageFolder } from './image-size.ts';

await rm(imageFolder, { recursive: true, force: true });
await mkdir(imageFolder, { recursive: true });
const { rootfs } = await buildImage('cpu', imageFolder, {});
process.stdout.write(`${rootfs}\n`);
