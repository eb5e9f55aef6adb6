import { defineConfig } from 'vite';

/**
 * The reading page, built for `src/http` to serve. Nothing is inlined and nothing comes from elsewhere: what is built
 * runs under `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'`.
 */
export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that it may be served below any path.
  base: './',
  clearScreen: false,
  logLevel: 'warn',
  // NiiVue reads Zarr by it, which this page does not: without it no WebAssembly is among what is built.
  resolve: { alias: { zarrita: `${import.meta.dirname}/viewer/no-zarr.ts` } },
  build: {
    outDir: 'dist',
    // Who passes the page on passes on the licences of what is in it.
    license: { fileName: 'licences.txt' },
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // NiiVue, which is loaded when a viewer opens.
    chunkSizeWarningLimit: 4000,
  },
});
