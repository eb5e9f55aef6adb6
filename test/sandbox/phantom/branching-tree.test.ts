import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growTree } from '../../../src/sandbox/phantom/branching-tree.ts';
import { createRandom } from '../../../src/sandbox/phantom/random.ts';

const root = { x: 0, y: 0, z: 0 };

test('every target is the end of a twig', () => {
  const targets = [
    { x: 40, y: 0, z: 0 },
    { x: 30, y: 25, z: 5 },
    { x: -20, y: 10, z: 33 },
  ];
  const tree = growTree(createRandom(1, 'tree'), root, targets, { twigRadius: 0.5, maximumRadius: 9 });
  for (const { x, y, z } of targets) {
    const reached = tree.some(({ to }) => Math.hypot(to.x - x, to.y - y, to.z - z) < 1e-9);
    assert.ok(reached, `${x} ${y} ${z}`);
  }
});

test('radii follow the law of Murray: the cubes of the twigs add up in the trunk', () => {
  const corners = [-40, 40].flatMap((x) => [-40, 40].flatMap((y) => [-40, 40].map((z) => ({ x, y, z }))));
  const targets = corners.map(({ x, y, z }) => ({ x: x + 100, y, z }));
  const tree = growTree(createRandom(2, 'trunk'), root, targets, { twigRadius: 1, maximumRadius: 9 });
  const twigs = tree.filter(({ to }) => tree.every(({ from }) => from !== to));
  assert.ok(twigs.length > 1 && twigs.every(({ toRadius }) => Math.abs(toRadius - 1) < 1e-9));
  const atRoot = tree.filter(({ from }) => from.x === 0 && from.y === 0 && from.z === 0);
  const cubes = atRoot.reduce((sum, { toRadius }) => sum + toRadius ** 3, 0);
  assert.ok(Math.abs(cubes - twigs.length) < 1e-6, `${cubes} ${twigs.length}`);
});

test('no tube is wider than allowed', () => {
  const targets = Array.from({ length: 60 }, (_, i) => ({ x: 60 + i, y: 7 * (i % 8), z: 5 * (i % 11) }));
  const tree = growTree(createRandom(3, 'cap'), root, targets, { twigRadius: 1, maximumRadius: 2.5 });
  assert.ok(tree.every(({ toRadius }) => toRadius <= 2.5));
});
