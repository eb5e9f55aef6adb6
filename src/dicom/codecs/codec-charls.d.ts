/** CharLS compiled to WebAssembly; the package has no types of its own. */
declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  export interface JpegLSDecoder {
    /** Memory of the module to copy the code stream into. */
    getEncodedBuffer(size: number): Uint8Array;
    /** Throws a bare number. */
    decode(): void;
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
    /** A view of the module's memory: copy it before delete(). */
    getDecodedBuffer(): Uint8Array;
    delete(): void;
  }
  export interface CharLsModule {
    readonly JpegLSDecoder: new () => JpegLSDecoder;
  }
  const open: (options: { print(text: string): void; printErr(text: string): void }) => Promise<CharLsModule>;
  // biome-ignore lint/style/noDefaultExport: it is what the package has
  export default open;
}
