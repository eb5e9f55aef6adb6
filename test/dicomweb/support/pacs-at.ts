import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkConfig } from '../../../src/config.ts';
import type { LimitsConfig, PacsConfig } from '../../../src/config-schema.ts';
import { openPacs, type PacsClient } from '../../../src/dicomweb/open-pacs.ts';

export interface PacsSettings {
  readonly timeouts?: Partial<PacsConfig['timeouts']>;
  readonly tls?: Partial<PacsConfig['tls']>;
  readonly bearerTokenFile?: string;
  readonly parallelGets?: number;
  readonly retries?: number;
  readonly limits?: Partial<LimitsConfig>;
}

/** A client named 'a' of the DICOMweb root, with the configuration's own defaults. */
export function pacsAt(url: string, { limits, ...pacs }: PacsSettings = {}): PacsClient {
  const config = checkConfig({ pacs: { a: { url, ...pacs } }, limits: { ...limits } });
  return openPacs('a', config.pacs['a'] as PacsConfig, config.limits);
}

/** A bare HTTP server on loopback, to answer what a PACS should not. */
export async function listen(
  answer: RequestListener,
): Promise<{ url: string; server: Server; close(): void }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/dicom-web`, server, close };
}

/** Every instance of a series, in one array. */
export async function collectSeries(instances: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const instance of instances) all.push(instance);
  return all;
}

/** A signal that never fires. */
export const never = () => ({ signal: new AbortController().signal });
