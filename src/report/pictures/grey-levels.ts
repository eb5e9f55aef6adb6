/** Steps of grey in a picture: more than an eye tells apart, and a CT's noise takes less room than with 256. */
export const greyLevels = 64;

/** The greys, black first and white last. */
export const greys: Readonly<Uint8Array> = Uint8Array.from({ length: greyLevels }, (_, level) =>
  Math.round((level * 255) / (greyLevels - 1)),
);

/** The level of a grey between black, 0, and white, 1. */
export function greyLevel(fraction: number): number {
  // Rounded: it is never below 0.
  return (fraction * (greyLevels - 1) + 0.5) | 0;
}
