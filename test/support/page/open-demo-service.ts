import { openSandbox, sandboxPatientSystem } from '../../../src/cli/open-sandbox.ts';
import { checkConfig } from '../../../src/config.ts';
import { openService } from '../../../src/http/open-service.ts';
import { createLogger } from '../../../src/telemetry/log.ts';

export interface DemoService {
  readonly url: string;
  readonly ehrUrl: string;
  close(): Promise<void>;
}

/**
 * The service against the embedded PACS with the demo study ('demo'), the embedded EHR that knows its patient ('demo'), and
 * a PACS that is down ('gone').
 *
 * @param more - further sections of the configuration
 */
export async function openDemoService(more: object = {}): Promise<DemoService> {
  const gone = { url: 'http://127.0.0.1:9/dicom-web', retries: 0 };
  const sandbox = await openSandbox({ folder: undefined }, checkConfig({ pacs: { gone } }).limits);
  try {
    const config = checkConfig({
      http: { port: 0 },
      pacs: { demo: { url: sandbox.pacsUrl }, gone },
      ehr: { demo: { url: sandbox.ehrUrl, patientIdentifierSystem: sandboxPatientSystem } },
      ...more,
    });
    const service = await openService(config, createLogger('silent'));
    const close = async () => {
      await service.close();
      await sandbox.close();
    };
    return { url: service.url, ehrUrl: sandbox.ehrUrl, close };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}
