import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { halfPicture } from '../../src/report/half-picture.ts';
import { encodeMeanwhile, encodePictures } from '../../src/report/report-images.ts';
import { examplePictures } from './example-report.ts';

const { PNG } = createRequire(import.meta.url)('pngjs') as {
  readonly PNG: { readonly sync: { read(bytes: Uint8Array): { readonly width: number } } };
};

describe('the pictures of a report', () => {
  it('are halved where they are too many bytes: first those that are shown smallest', () => {
    const pictures = examplePictures();
    const whole = encodePictures(pictures, { limit: Number.POSITIVE_INFINITY });
    assert.equal(whole.length, 8, 'the bars of the lobes are drawn from the numbers');
    const bytes = whole.reduce((sum, { png }) => sum + png.length, 0);
    const fewer = encodePictures(pictures, { limit: bytes - 1 });
    const widths = (images: typeof whole) => images.map(({ png }) => PNG.sync.read(png).width);
    assert.deepEqual(widths(whole), [640, 360, 360, 360, 360, 360, 480, 480]);
    assert.deepEqual(widths(fewer), [640, 360, 360, 360, 360, 360, 240, 240]);
    const least = encodePictures(pictures, { limit: 1 });
    assert.ok(
      widths(least).every((width) => width >= 50),
      'but not to nothing',
    );
  });

  it('that cannot be made while others are drawn are told of when the files are asked for, and not before', async () => {
    const [first = assert.fail()] = examplePictures();
    const encoding = encodeMeanwhile();
    encoding.add({ ...first, picture: { ...first.picture, width: -1 } });
    // By then a rejection that nobody handles would have ended the process.
    await turn();
    await assert.rejects(encoding.files(), RangeError);
  });

  it('are halved by the mean of four pixels', () => {
    // By hand: (0 + 10 + 20 + 31 + 2) >> 2 = 15.
    const data = Uint8Array.from([0, 10, 20, 31].flatMap((value) => [value, 255, 7]));
    assert.deepEqual(halfPicture({ width: 2, height: 2, data }), {
      width: 1,
      height: 1,
      data: Uint8Array.of(15, 255, 7),
    });
  });
});
