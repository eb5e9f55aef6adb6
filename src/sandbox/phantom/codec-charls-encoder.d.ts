/** CharLS with its encoder, compiled to WebAssembly; the package has no types of its own. */
declare module '@cornerstonejs/codec-charls/wasmjs' {
  export interface JpegLSEncoder {
    /** Memory of the module to copy the samples into. */
    getDecodedBuffer(frame: {
      width: number;
      height: number;
      bitsPerSample: number;
      componentCount: number;
    }): Uint8Array;
    /** 0 is lossless. */
    setNearLossless(greatestError: number): void;
    encode(): void;
    /** A view of the module's memory: copy it before delete(). */
    getEncodedBuffer(): Uint8ClampedArray;
    delete(): void;
  }
  export interface CharLsModule {
    readonly JpegLSEncoder: new () => JpegLSEncoder;
  }
  const open: (options: { print(text: string): void; printErr(text: string): void }) => Promise<CharLsModule>;
  // biome-ignore lint/style/noDefaultExport: this is how the package exports it
  export default open;
}
