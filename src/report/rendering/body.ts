import type { Shape3, SpacingMm, Vec3 } from '../../volume/types.ts';
import type { Colour } from '../picture.ts';

/** How a grid [z, y, x] lies in the volume. */
export interface Place {
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  /** Centre of its first value along the volume's axes, from the centre of the volume's first voxel, mm. */
  readonly originMm: Vec3;
}

/** Values [z, y, x], 0 to 1: a body is where they are 0.5 or more, and its surface is smooth where they are. */
export interface Field extends Place {
  readonly values: Float32Array;
}

export interface Body {
  readonly field: Field;
  readonly material: Material;
}

export interface Material {
  readonly colour: Colour;
  /** What a surface looked at straight on hides, 0 to 1. */
  readonly opacity: number;
  /** What one looked at edge-on hides. */
  readonly edgeOpacity: number;
  /** How much of its light is its own, 0 to 1: the rest depends on how it lies, and how far behind. */
  readonly glow: number;
  /** How much it shines, 0 to 1. */
  readonly gloss: number;
}
