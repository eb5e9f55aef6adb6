/** The process that PACS and EHR run in. What it is sent makes the EHR a new one, which knows the patients alone. */
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { patient } from '../../test/support/test-service.ts';

export interface PeersStart {
  readonly folder: string;
  readonly patientIds: readonly string[];
}

export interface PeersSaid {
  readonly pacsUrl: string;
  readonly ehrUrl: string;
}

const { folder, patientIds } = JSON.parse(process.argv[2] ?? '{}') as PeersStart;
const patients = patientIds.map(patient);
const pacs = await openSandboxPacs({ folder });
let ehr = await openSandboxEhr({ patients });
const say = () => process.send?.({ pacsUrl: pacs.url, ehrUrl: ehr.url } satisfies PeersSaid);
process.on('message', async () => {
  await ehr.close();
  ehr = await openSandboxEhr({ patients, port: Number(new URL(ehr.url).port) });
  say();
});
say();
