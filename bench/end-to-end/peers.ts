/** The process that PACS and EHRs run in. What it is sent makes each EHR a new one, which knows the patients alone. */
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { patient } from '../../test/support/test-service.ts';

export interface PeersStart {
  readonly folder: string;
  readonly patientIds: readonly string[];
  /** How many EHRs; one by default. */
  readonly ehrs?: number;
}

export interface PeersSaid {
  readonly pacsUrl: string;
  readonly ehrUrls: readonly string[];
}

const { folder, patientIds, ehrs: count = 1 } = JSON.parse(process.argv[2] ?? '{}') as PeersStart;
const patients = patientIds.map(patient);
const pacs = await openSandboxPacs({ folder });
let ehrs = await Promise.all(Array.from({ length: count }, () => openSandboxEhr({ patients })));
const say = () =>
  process.send?.({ pacsUrl: pacs.url, ehrUrls: ehrs.map(({ url }) => url) } satisfies PeersSaid);
process.on('message', async () => {
  const renewed = ehrs.map(async ({ url, close }) => {
    await close();
    return openSandboxEhr({ patients, port: Number(new URL(url).port) });
  });
  ehrs = await Promise.all(renewed);
  say();
});
say();
