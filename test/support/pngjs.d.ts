/** The part of pngjs 7 that is used here; it has no types of its own. */
declare module 'pngjs' {
  export interface Rgba {
    readonly width: number;
    readonly height: number;
    readonly data: Buffer;
  }
  export const PNG: {
    readonly sync: {
      write(
        image: { readonly width: number; readonly height: number; readonly data: Uint8Array },
        options?: { readonly colorType?: 2; readonly inputColorType?: 2; readonly inputHasAlpha?: boolean },
      ): Buffer;
      read(bytes: Uint8Array): Rgba;
    };
  };
}
