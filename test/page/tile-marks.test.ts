import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mmText } from '../../src/page/text/mm-text.ts';
import { planeMarks, volumeMarks } from '../../src/page/viewer/tile-marks.ts';
import { formatsOf } from '../../src/report/formats.ts';

/** 300 mm across on 600 pixels; upwards 300 mm on 600, of which the image has 200. */
const box = { left: 10, top: 0, width: 600, height: 600 };
const transverse = {
  box,
  axes: [0, 1],
  across: { from: 150, by: -300 },
  up: { from: -150, by: 300 },
  image: { across: [-150, 150], up: [-100, 100] },
  point: [75, 50],
} as const;
const sides = ({ letters }: ReturnType<typeof planeMarks>) => letters.map(({ text }) => text).join(' ');

describe('Marks over the images', () => {
  it('name the sides of a plane by the direction in which its coordinates run', () => {
    // Left, right, top, bottom. The patient's right is on the left where x (RAS) falls to the right.
    assert.equal(sides(planeMarks(transverse)), 'R L A P');
    assert.equal(sides(planeMarks({ ...transverse, across: { from: -150, by: 300 } })), 'L R A P');
    assert.equal(sides(planeMarks({ ...transverse, axes: [0, 2] })), 'R L H F');
    // Seen from the left: y (RAS) falls from the front on the left to the back.
    assert.equal(sides(planeMarks({ ...transverse, axes: [1, 2] })), 'A P H F');
  });

  it('stand at the edges of the image, or of what is seen of it', () => {
    const at = (one: ReturnType<typeof planeMarks>) => one.letters.map((letter) => letter.at);
    assert.deepEqual(at(planeMarks(transverse)), [
      { x: 10, y: 300 },
      { x: 610, y: 300 },
      { x: 310, y: 100 },
      { x: 310, y: 500 },
    ]);
    // Twice as large: what is seen ends within the image.
    const larger = { ...transverse, across: { from: 75, by: -150 }, up: { from: -75, by: 150 } };
    assert.deepEqual(at(planeMarks(larger))[2], { x: 310, y: 0 });
  });

  it('show the point whose HU is told while it is in view', () => {
    assert.deepEqual(planeMarks(transverse).point, { x: 160, y: 200 });
    assert.equal(planeMarks({ ...transverse, point: [200, 0] }).point, undefined);
  });

  it('have a scale bar of a round length, at most a third of the image', () => {
    // 2 pixels a mm: a third of 600 pixels is 100 mm.
    assert.deepEqual(planeMarks(transverse).bar, { mm: 100, width: 200, right: 610, bottom: 500 });
    const narrower = {
      ...transverse,
      box: { ...box, width: 300, height: 300 },
      across: { from: 75, by: -150 },
    };
    // 2 pixels a mm still, and 300 pixels.
    assert.deepEqual(planeMarks(narrower).bar?.mm, 50);
  });

  it('name the sides in 3D as it is turned', () => {
    const sidesOf = (columns: readonly (readonly number[])[]) =>
      volumeMarks({ left: 0, top: 0, width: 100, height: 100 }, columns.flat())
        .letters.map(({ text }) => text)
        .join(' ');
    const [x, y, z, last] = [
      [-1, 0, 0, 0],
      [0, 0, 1, 0],
      [0, 1, 0, 0],
      [0, 0, 0, 1],
    ] as const;
    // From the front: the patient's right (+x) to the left, head (+z) up.
    assert.equal(sidesOf([x, y, z, last]), 'R L H F');
    // Turned by 30 degrees: the front (+y) begins to show on the right.
    const turned = [[-0.866, 0, 0.5, 0], [0.5, 0, 0.866, 0], z, last];
    assert.equal(sidesOf(turned), 'RP LA H F');
  });

  it('write a coordinate as the report does', () => {
    for (const mm of [-487.84, -0.04, 0, 12, 63.26, 1234.5]) {
      assert.equal(mmText(mm), formatsOf('en').mm(mm));
    }
    assert.equal(mmText(-487.84), '−487.8 mm');
  });
});
