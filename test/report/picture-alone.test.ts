import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blankPicture, type Picture } from '../../src/report/picture.ts';
import { drawText } from '../../src/report/pictures/draw-text.ts';
import { pictureAlone } from '../../src/report/pictures/picture-alone.ts';
import { positionTexts } from '../../src/report/pictures/position-texts.ts';

const slice = { kind: 'transverse', index: 192, positionMm: -487.84, image: 83 } as const;

function noise(width: number, height: number): Picture {
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 89) % 251) };
}

/** Where a picture is light, one character a pixel. */
function ink({ width, data }: Picture, top: number, bottom: number): readonly string[] {
  return Array.from({ length: bottom - top }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      (data[3 * ((top + y) * width + x)] ?? 0) > 123 ? '#' : '.',
    ).join(''),
  );
}

/** What a strip of these lines looks like, by hand: capitals of 11 pixels, lines of 19.8, from 8.8 on. */
function drawn(width: number, lines: readonly string[]): readonly string[] {
  const strip = blankPicture(width, Math.ceil(8.8 + lines.length * 19.8));
  lines.forEach((line, i) => {
    drawText(strip, line, { x: 8.8, baseline: 19.8 + 19.8 * i, size: 11 });
  });
  return ink(strip, 0, strip.height);
}

describe('a picture that travels alone', () => {
  it('says below it where it lies and what it is worth, and nothing of it is hidden', () => {
    const picture = noise(360, 40);
    const alone = pictureAlone({ picture, view: slice });
    assert.deepEqual(alone.data.subarray(0, picture.data.length), picture.data);
    const lines = ['z -487.8 mm - Im 83', 'AI, not verified - research use'];
    assert.deepEqual(ink(alone, 40, alone.height), drawn(360, lines));
  });

  it('says what it is worth where it shows no plane', () => {
    for (const view of [{ kind: 'figure' }, { kind: 'rendering', from: 'back' }] as const) {
      const alone = pictureAlone({ picture: noise(400, 10), view });
      assert.deepEqual(ink(alone, 10, alone.height), drawn(400, ['AI, not verified - research use']));
    }
  });

  it('says it in more lines where it is narrow', () => {
    const alone = pictureAlone({ picture: noise(200, 10), view: { ...slice, kind: 'coronal' } });
    assert.deepEqual(
      ink(alone, 10, alone.height),
      drawn(200, ['z -487.8 mm'.replace('z', 'y'), 'AI, not verified', 'research use']),
    );
  });
});

describe('where a picture lies', () => {
  it('is a coordinate, and of a transverse plane the image as the PACS counts', () => {
    assert.deepEqual(positionTexts(slice), ['z -487.8 mm', 'Im 83']);
    assert.deepEqual(positionTexts({ kind: 'transverse', index: 3, positionMm: -0.04 }), ['z 0.0 mm']);
    assert.deepEqual(positionTexts({ kind: 'sagittal', index: 3, positionMm: 12 }), ['x 12.0 mm']);
    assert.deepEqual(positionTexts({ kind: 'figure' }), []);
  });
});
