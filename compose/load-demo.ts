/**
 * Puts what compose.yaml is tried with where it belongs: the phantom study into Orthanc, its patient into HAPI. Waits for
 * both, and does nothing twice.
 *
 * Runs in the image, and in a checkout: ORTHANC_URL=... HAPI_URL=... node compose/load-demo.ts
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoStudy } from '../src/sandbox/demo-study.ts';

/** HAPI takes a minute or two on a laptop. */
const waitSeconds = 300;
/** ehr.main.patientIdentifierSystem of compose/lobar.yaml. */
const patientSystem = 'https://lobar.example.org/sandbox/patient-id';
const { ORTHANC_URL: orthanc = '', HAPI_URL: hapi = '' } = process.env;

async function waitFor(url: string): Promise<void> {
  for (let left = waitSeconds; ; left -= 1) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    if (left === 0) throw new Error(`${url} does not answer`);
    await sleep(1000);
  }
}

async function post(url: string, body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string>) {
  const answer = await fetch(url, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  await answer.body?.cancel();
}

await waitFor(`${orthanc}/system`);
const files = readdirSync(demoStudy.folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.dcm'),
);
for (const file of files) {
  const bytes = new Uint8Array(readFileSync(join(demoStudy.folder, file)));
  await post(`${orthanc}/instances`, bytes, { 'content-type': 'application/dicom' });
}

await waitFor(`${hapi}/metadata`);
const { id, name, birthDate } = demoStudy.patient;
const [family, ...given] = name.split('^');
const patient = {
  resourceType: 'Patient',
  identifier: [{ system: patientSystem, value: id }],
  name: [{ family, given }],
  birthDate: birthDate.replace(/(....)(..)(..)/, '$1-$2-$3'),
};
await post(`${hapi}/Patient`, JSON.stringify(patient), {
  'content-type': 'application/fhir+json',
  'if-none-exist': `identifier=${encodeURIComponent(`${patientSystem}|${id}`)}`,
});
process.stdout.write(
  `${files.length} images and their patient are there.\nStudy: ${demoStudy.studyInstanceUid}\n`,
);
