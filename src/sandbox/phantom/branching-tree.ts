import type { Point } from './body-frame.ts';
import { cubeRoot } from './geometry.ts';
import type { Random } from './random.ts';

/** A piece of a tube: a capsule whose radius goes from one end's to the other's, mm. */
export interface TubeSegment {
  readonly from: Point;
  readonly to: Point;
  readonly fromRadius: number;
  readonly toRadius: number;
}

export interface TreeShape {
  /** Radius of the last twigs, mm. */
  readonly twigRadius: number;
  readonly maximumRadius: number;
}

interface Node extends Point {
  readonly parent: number;
  readonly pathLength: number;
}

const distance = (a: Point, b: Point) => {
  const x = a.x - b.x;
  const y = a.y - b.y;
  const z = a.z - b.z;
  return Math.sqrt(x * x + y * y + z * z);
};

const segmentMm = 10;

/**
 * A tree from a root to every target: the targets, near ones first, are joined in turn to the tree grown so
 * far, where the way over the tree is short. Radii follow Murray's law (r^3 of a trunk is the sum over its
 * branches).
 */
export function growTree(
  random: Random,
  root: Point,
  targets: readonly Point[],
  shape: TreeShape,
): readonly TubeSegment[] {
  const nodes: Node[] = [{ x: root.x, y: root.y, z: root.z, parent: -1, pathLength: 0 }];
  for (const target of targets.toSorted((a, b) => distance(a, root) - distance(b, root))) {
    joinTarget(random, nodes, target);
  }
  const radii = murrayRadii(nodes, shape);
  return nodes.flatMap((node, i) => {
    const parent = nodes[node.parent];
    if (parent === undefined) {
      return [];
    }
    const toRadius = radii[i] as number;
    const fromRadius = Math.min(radii[node.parent] as number, 1.25 * toRadius);
    return [{ from: parent, to: node, fromRadius, toRadius }];
  });
}

function joinTarget(random: Random, nodes: Node[], target: Point): void {
  const cost = (node: Node) => distance(node, target) + 0.3 * node.pathLength;
  const joint = nodes.reduce((best, node, i) => (cost(node) < cost(nodes[best] as Node) ? i : best), 0);
  const start = nodes[joint] as Node;
  const length = distance(start, target);
  if (length < 2.5) {
    return;
  }
  const pieces = Math.max(1, Math.round(length / segmentMm));
  const sway = () => (random.normal() * length) / 11;
  const bow = { x: sway(), y: sway(), z: sway() };
  for (let piece = 1; piece <= pieces; piece += 1) {
    const t = piece / pieces;
    const bent = 4 * t * (1 - t);
    const jitter = piece < pieces ? 0.5 : 0;
    nodes.push({
      x: start.x + t * (target.x - start.x) + bent * bow.x + jitter * random.normal(),
      y: start.y + t * (target.y - start.y) + bent * bow.y + jitter * random.normal(),
      z: start.z + t * (target.z - start.z) + bent * bow.z + jitter * random.normal(),
      parent: piece === 1 ? joint : nodes.length - 1,
      pathLength: start.pathLength + t * length,
    });
  }
}

function murrayRadii(nodes: readonly Node[], shape: TreeShape): Float64Array {
  const flow = new Float64Array(nodes.length);
  for (let i = nodes.length - 1; i > 0; i -= 1) {
    // Children come after their parents, so a node without flow here is the end of a twig.
    const own = (flow[i] as number) || shape.twigRadius * shape.twigRadius * shape.twigRadius;
    flow[i] = own;
    const { parent } = nodes[i] as Node;
    flow[parent] = (flow[parent] as number) + own;
  }
  return flow.map((sum) => Math.min(cubeRoot(sum), shape.maximumRadius));
}
