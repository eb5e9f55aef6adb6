/** OpenJPH compiled to WebAssembly; the package has no types of its own. */
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  export interface HTJ2KDecoder {
    /** Memory of the module to copy the code stream into. */
    getEncodedBuffer(size: number): Uint8Array;
    /** Conceals what is cut off; what it finds wrong it prints. */
    decode(): void;
    /** A view of the module's memory: copy it before delete(). */
    getDecodedBuffer(): Uint8Array;
    delete(): void;
  }
  export interface OpenJphModule {
    readonly HTJ2KDecoder: new () => HTJ2KDecoder;
  }
  const open: (options: {
    print(text: string): void;
    printErr(text: string): void;
  }) => Promise<OpenJphModule>;
  // biome-ignore lint/style/noDefaultExport: it is what the package has
  export default open;
}
