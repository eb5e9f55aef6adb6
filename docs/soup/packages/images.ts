import type { PackageEntries } from '../package-entry.ts';

/** From the PACS to findings. */
export const images: PackageEntries = {
  'dicomweb-client': {
    maker: 'dcmjs-org',
    issues: 'https://github.com/dcmjs-org/dicomweb-client/issues',
    purpose: 'QIDO-RS and WADO-RS metadata requests',
    required: 'paths and queries of PS3.18; what holds pixels, a series and STOW-RS, is streamed without it',
    anomalies:
      'No retries, a timeout that does not fire, Authorization printed when verbose, media types of series refused ([#56](https://github.com/dcmjs-org/dicomweb-client/pull/56)). It runs over our own transport, which has limits, timeouts and retries, and is never verbose',
    tests: [
      'test/dicomweb/pacs-client.test.ts',
      'test/dicomweb/pacs-faults.test.ts',
      'test/system/orthanc-analysis.test.ts',
    ],
  },
  'dicom-parser': {
    maker: 'cornerstonejs',
    issues: 'https://github.com/cornerstonejs/dicomParser/issues',
    purpose: 'elements of DICOM SEG masks (evaluate), and of the files of the embedded PACS',
    required: 'values of PS3.10 files; images of an analysis are read by our own parser',
    tests: ['test/masks/read-mask.test.ts', 'test/sandbox/pacs/dicom-json.test.ts'],
  },
  'dcmjs-codecs': {
    maker: 'Pantelis Georgiadis',
    issues: 'https://github.com/PantelisGeorgiadis/dcmjs-codecs/issues',
    purpose: 'JPEG and JPEG 2000 (libjpeg and OpenJPEG as WebAssembly)',
    required: 'lossless syntaxes bit for bit, lossy ones as libjpeg and OpenJPEG decode them',
    anomalies:
      'Its own README calls it work in progress, "not for production or clinical purposes". It decodes damaged and truncated frames to full size and only remarks on that: its remarks are listened to, code streams are checked to their end before, and a module that threw is opened anew',
    tests: [
      'test/dicom/jpeg.test.ts',
      'test/dicom/jpeg-2000.test.ts',
      'test/dicom/transfer-syntaxes.test.ts',
      'test/fuzz/regressions.test.ts',
      'test/system/orthanc-transfer-syntaxes.test.ts',
    ],
  },
  '@cornerstonejs/codec-charls': {
    maker: 'cornerstonejs (CharLS: Team CharLS)',
    issues: 'https://github.com/cornerstonejs/codecs/issues',
    purpose: 'JPEG-LS (CharLS as WebAssembly)',
    required: 'lossless bit for bit, near-lossless within NEAR (ITU-T T.87)',
    anomalies: 'Throws bare numbers: made into `decode-failed`. Sizes are compared with the header before',
    tests: [
      'test/dicom/decode-frame.test.ts',
      'test/dicom/transfer-syntaxes.test.ts',
      'test/fuzz/regressions.test.ts',
      'test/system/orthanc-transfer-syntaxes.test.ts',
    ],
  },
  '@cornerstonejs/codec-openjph': {
    maker: 'cornerstonejs (OpenJPH: Aous Naman)',
    issues: 'https://github.com/cornerstonejs/codecs/issues',
    purpose: 'High-Throughput JPEG 2000 (OpenJPH as WebAssembly)',
    required: 'lossless bit for bit (ITU-T T.814)',
    anomalies:
      'An image of full size for a truncated stream, without an error ([#76](https://github.com/cornerstonejs/codecs/pull/76)): the stream is walked to its end before, and anything that the decoder prints is an error',
    tests: [
      'test/dicom/transfer-syntaxes.test.ts',
      'test/fuzz/regressions.test.ts',
      'test/system/orthanc-transfer-syntaxes.test.ts',
    ],
  },
  piscina: {
    maker: 'Piscina',
    issues: 'https://github.com/piscinajs/piscina/issues',
    purpose: 'the decode workers, and the thread that draws reports',
    required: 'runs every slice once; ends a worker that does not come back, and replaces one that dies',
    tests: [
      'test/dicom/decode-pool.test.ts',
      'test/dicom/slice-decoder.test.ts',
      'test/analysis/reporting/reporter.test.ts',
    ],
  },
  'onnxruntime-node': {
    maker: 'Microsoft',
    issues: 'https://github.com/microsoft/onnxruntime/issues',
    purpose: 'runs the networks; the one package with native code that all findings depend on',
    required:
      'the shipped networks give what PyTorch gives, within 0.0001; a provider that is missing is an error; memory is bounded by the batch',
    anomalies:
      'Runs block their thread; a worker that is ended in a run aborts the process: one worker, ended never, which ends the process if it hangs. Official builds send telemetry ([#27379](https://github.com/microsoft/onnxruntime/pull/27379)): switched off before the first session. Off the CPU it gives nodes to the CPU without a word: forbidden where a provider is named. The package comes without the file of its licence',
    tests: [
      'test/inference/vectors.test.ts',
      'test/inference/open-inference-engine.test.ts',
      'test/pipeline/golden.test.ts',
      'test/system/hung-inference.test.ts',
      'test/system/stores-nothing.test.ts',
    ],
  },
  'csv-parse': {
    maker: 'Adaltas',
    issues: 'https://github.com/adaltas/node-csv/issues',
    purpose: 'reads the table of a cohort (evaluate)',
    required: 'RFC 4180; the line of what it cannot read',
    tests: ['test/evaluation/read-cohort.test.ts'],
  },
};
