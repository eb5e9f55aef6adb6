import { checkConfig } from '../../src/config.ts';
import type { Config } from '../../src/config-schema.ts';

/**
 * The configuration that the fuzzer runs by. The limits are far below their defaults, so that what they bound
 * is small beside the cap on memory, and so that the dearest legitimate input stays far from two seconds.
 */
export function fuzzConfig(pacsUrl: string): Config {
  return checkConfig({
    http: { port: 0 },
    // One more try shows what there is to see; each waits.
    pacs: { main: { url: pacsUrl, retries: 1, timeouts: { connect: 2, firstByte: 2, idle: 2, total: 8 } } },
    inference: { decodeThreads: 1 },
    limits: {
      inFlight: 2,
      requestsPerMinute: 1_000_000,
      analysisSeconds: 20,
      instances: 40,
      bytesPerInstance: 8 * 2 ** 20,
      frames: 40,
      bytesPerSeries: 24 * 2 ** 20,
      voxels: 4 * 2 ** 20,
      headerBytes: 2 ** 20,
      jsonBytes: 4 * 2 ** 20,
      uploadBytes: 24 * 2 ** 20,
      uploadInstances: 40,
      uploadIdleSeconds: 2,
    },
  });
}
