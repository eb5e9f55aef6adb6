import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildBundle } from '../../../src/fhir/build-bundle.ts';
import { runSystem } from '../../../src/fhir/report-context.ts';
import { arrangeTransaction, type Place } from '../../../src/fhir/write/arrange-transaction.ts';
import { reportToWrite } from '../../../src/fhir/write/report-to-write.ts';
import { ehrConfig, fhirBase, patientSystem } from '../ehr-fixture.ts';
import { exampleFacts } from '../facts.ts';

const subject = { reference: 'Patient/p1', identifier: { system: patientSystem, value: 'MRN-42' } };
const built = buildBundle(exampleFacts, subject, { fhirBase, ehr: ehrConfig('http://ehr.example/fhir') });
const toWrite = reportToWrite(built, { system: runSystem(fhirBase), value: built.runKey });
const names = toWrite.parts.map(({ name }) => name);
const [lobe, report, provenance, device] = [
  names[1] ?? '',
  toWrite.report.name,
  toWrite.provenance.name,
  toWrite.device.name,
];
const uuid = (name: string) => name.split('/')[1];
const nothing = new Map<string, Place>();

function requests({ bundle }: { bundle: fhir4.Bundle }) {
  return (bundle.entry ?? []).map(({ request, fullUrl, resource }) => ({ request, fullUrl, resource }));
}

/** Every reference within a Bundle to something that is written with it. */
function inner({ bundle }: { bundle: fhir4.Bundle }): string[] {
  const text = JSON.stringify(bundle);
  return [
    ...text.matchAll(/"reference":"((?:Observation|DiagnosticReport|Device)\/[^"]+|urn:uuid:[^"]+)"/g),
  ].map(([, reference = '']) => reference);
}

// What is expected is by FHIR R4 3.1.0.11 (transaction), 3.1.0.8.1 (conditional create), 3.1.0.4.3
// (conditional update) and bundle.html#references, by hand.
describe('A transaction of a report that is not there', () => {
  it('by put-id is the Bundle as it was built', () => {
    assert.deepEqual(arrangeTransaction(toWrite, 'put-id', nothing).bundle, built.bundle);
  });

  it('by conditional-update puts what has an identifier under it, without id, and posts the Provenance', () => {
    const arranged = arrangeTransaction(toWrite, 'conditional-update', nothing);
    const [first] = requests(arranged).slice(1);
    assert.deepEqual(first?.request, {
      method: 'PUT',
      url: 'Observation?identifier=https%3A%2F%2Flobar.example.org%2Ffhir%2Fai-observation%7C1.2.826.0.1.3680043.8.498.1%2Flobar-ct-chest%2Flobe-rul',
    });
    assert.equal(first?.fullUrl, `urn:uuid:${uuid(lobe)}`);
    assert.ok(requests(arranged).every(({ resource }) => resource !== undefined && !('id' in resource)));
    assert.deepEqual(
      requests(arranged).map(({ request }) => `${request?.method} ${request?.url.split('?')[0]}`),
      ['PUT Device', ...Array(8).fill('PUT Observation'), 'PUT DiagnosticReport', 'POST Provenance'],
    );
  });

  it('by conditional-create posts everything, if there is none with its identifier', () => {
    const arranged = arrangeTransaction(toWrite, 'conditional-create', nothing);
    const request = requests(arranged).find(({ resource }) => resource?.resourceType === 'DiagnosticReport');
    assert.deepEqual(request?.request, {
      method: 'POST',
      url: 'DiagnosticReport',
      ifNoneExist:
        'identifier=https%3A%2F%2Flobar.example.org%2Ffhir%2Fai-report%7C1.2.826.0.1.3680043.8.498.1%2Flobar-ct-chest',
    });
    const conditions = requests(arranged).map(({ request }) => request?.ifNoneExist);
    assert.equal(conditions.filter((one) => one !== undefined).length, 10);
    assert.equal(conditions.at(-1), undefined, 'a Provenance has no identifier');
  });

  for (const mode of ['put-id', 'conditional-update', 'conditional-create'] as const) {
    it(`by ${mode} names no resource twice, and refers only to what it holds`, () => {
      const arranged = arrangeTransaction(toWrite, mode, nothing);
      const identities = requests(arranged).map(({ request, fullUrl }) =>
        request?.url.includes('/') || request?.url.includes('?')
          ? request.url
          : (request?.ifNoneExist ?? fullUrl),
      );
      assert.equal(new Set(identities).size, 11);
      const fullUrls = requests(arranged).map(({ fullUrl }) => fullUrl);
      assert.equal(new Set(fullUrls).size, 11);
      assert.ok(inner(arranged).length > 20);
      for (const reference of inner(arranged)) {
        const target = reference.startsWith('urn:') ? reference : `${fhirBase}/${reference}`;
        assert.ok(fullUrls.includes(target), reference);
      }
    });
  }
});

describe('A transaction of a report that is held', () => {
  const held = new Map<string, Place>([
    [device, { id: 'd1', versionId: '1' }],
    // As some servers say it; R4 has the 4 alone.
    [lobe, { id: 'o1', versionId: 'W/"4"' }],
    [report, { id: 'r1', versionId: '7' }],
  ]);

  for (const mode of ['put-id', 'conditional-update', 'conditional-create'] as const) {
    it(`by ${mode} replaces it in place, only as it was read`, () => {
      const arranged = arrangeTransaction(toWrite, mode, held);
      const byUrl = new Map(requests(arranged).map((one) => [one.request?.url, one]));
      assert.deepEqual(byUrl.get('DiagnosticReport/r1')?.request, {
        method: 'PUT',
        url: 'DiagnosticReport/r1',
        ifMatch: 'W/"7"',
      });
      assert.deepEqual(byUrl.get('Observation/o1')?.request?.ifMatch, 'W/"4"');
      assert.equal(byUrl.get('Observation/o1')?.resource?.id, 'o1');
      assert.equal(byUrl.get('Observation/o1')?.fullUrl, `${fhirBase}/Observation/o1`);
      assert.equal(requests(arranged).filter(({ request }) => request?.ifMatch !== undefined).length, 2);
    });

    it(`by ${mode} refers to it under the id it has`, () => {
      const references = inner(arrangeTransaction(toWrite, mode, held));
      for (const name of [device, lobe, report]) {
        assert.ok(!references.some((one) => one.includes(uuid(name) ?? '')), name);
      }
      assert.ok(references.includes('Observation/o1'));
      assert.ok(references.includes('Device/d1'));
    });

    it(`by ${mode} leaves the Device alone and adds a Provenance`, () => {
      const arranged = arrangeTransaction(toWrite, mode, held);
      assert.equal(arranged.names.length, 10);
      assert.equal(arranged.names.includes(device), false);
      assert.equal(arranged.names.at(-1), provenance);
    });
  }

  it('has no condition where the EHR keeps no versions', () => {
    const plain = new Map<string, Place>([[report, { id: 'r1' }]]);
    const arranged = arrangeTransaction(toWrite, 'conditional-update', plain);
    const request = requests(arranged).find(({ request }) => request?.url === 'DiagnosticReport/r1')?.request;
    assert.deepEqual(request, { method: 'PUT', url: 'DiagnosticReport/r1' });
  });

  it('is the same to the byte each time', () => {
    const once = JSON.stringify(arrangeTransaction(toWrite, 'conditional-update', held).bundle);
    assert.equal(JSON.stringify(arrangeTransaction(toWrite, 'conditional-update', held).bundle), once);
  });
});
