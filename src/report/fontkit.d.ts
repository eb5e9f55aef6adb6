/** The part of fontkit 2 that is used here; it has no types of its own. */
declare module 'fontkit' {
  export interface Font {
    readonly postscriptName: string;
    hasGlyphForCodePoint(codePoint: number): boolean;
  }
  /** Of a file that holds one font. */
  export function create(bytes: Uint8Array): Font;
}
