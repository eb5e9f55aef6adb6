import { afterEach, beforeEach } from 'node:test';
import { openSandboxEhr, type SandboxEhr } from '../../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { canaryPatient } from '../ehr-fixture.ts';
import { describeDocumentMode } from './document-behaviour.ts';
import { describeDocumentBeside, describeLargeDocument } from './document-beside-behaviour.ts';
import { describeWriteMode } from './write-mode-behaviour.ts';
import { writeModes } from './write-mode-fixture.ts';

let sandbox: SandboxEhr;
// Its search takes the longer the more it holds.
beforeEach(async () => {
  sandbox = await openSandboxEhr({ patients: [canaryPatient] });
});
afterEach(() => sandbox.close());

for (const mode of writeModes) {
  describeWriteMode(mode, () => sandbox.url);
  describeDocumentBeside(mode, () => sandbox.url);
}
describeDocumentMode(() => sandbox.url);
describeLargeDocument(() => sandbox.url);
