import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildBundle } from '../../src/fhir/build-bundle.ts';
import { lobeCodes } from '../../src/fhir/codes.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { lobes } from '../../src/pipeline/types.ts';
import { clearFacts, emptyLobeFacts, exampleFacts, hostileTextFacts, sparseFacts } from './facts.ts';
import { problemsOf } from './validators.ts';

const options = {
  fhirBase: 'https://lobar.example.org/fhir',
  ehr: { reportStatus: 'preliminary', aiLabel: true, accessionSystem: 'urn:oid:2.16.840.1.113883.19.6' },
} as const;
const patient = {
  reference: 'Patient/p1',
  identifier: { system: 'urn:oid:2.16.840.1.113883.19.5', value: 'MRN-42' },
};

const europe = { reportCode: 'imaging-report' };

/** The first model is a registered device; the numbers are those of the example in R4 Device.udiCarrier. */
function registeredFacts(): ReportFacts {
  const [first, ...others] = exampleFacts.models;
  assert.ok(first !== undefined);
  const udi = {
    deviceIdentifier: '09504000059118',
    carrierHRF: '(01)09504000059118(17)141120(10)7654321D(21)10987654d321',
    issuer: 'http://hl7.org/fhir/NamingSystem/gs1-di',
    jurisdiction: 'http://hl7.org/fhir/NamingSystem/fda-udi',
  };
  return { ...exampleFacts, models: [{ ...first, udi }, ...others] };
}

const built = (facts: ReportFacts, ehr: object = {}) =>
  buildBundle(facts, patient, { ...options, ehr: { ...options.ehr, ...ehr } }).bundle;

describe('Every Bundle is clean in two validators', () => {
  const cases: readonly [string, fhir4.Bundle][] = [
    ['findings in every lobe', built(exampleFacts)],
    ['nothing found, score 0', built(clearFacts())],
    ['a lobe that was not found', built(emptyLobeFacts())],
    ['text that is markup elsewhere', built(hostileTextFacts())],
    ['as little as a header may hold', built(sparseFacts())],
    [
      'partial, without label and accession system',
      built(exampleFacts, { reportStatus: 'partial', aiLabel: false }),
    ],
    [
      'a patient known by identifier only',
      buildBundle(exampleFacts, { identifier: patient.identifier }, options).bundle,
    ],
    ['an imaging report as in Europe, by a registered device', built(registeredFacts(), europe)],
    ['no EHR at all', buildBundle(exampleFacts, undefined, { fhirBase: options.fhirBase }).bundle],
    ['no EHR and no PatientID', buildBundle(sparseFacts(), undefined, { fhirBase: options.fhirBase }).bundle],
  ];
  for (const [name, bundle] of cases) {
    it(name, () => assert.deepEqual(problemsOf(bundle), []));
  }

  it('and the validators do object to what is wrong', () => {
    const spoilt: readonly [RegExp, (observation: Record<string, unknown>) => void][] = [
      [/^fhir: .*Code \\"guessed\\" not found/, (one) => Object.assign(one, { status: 'guessed' })],
      [/^medplum: .*additional property "colour"/, (one) => Object.assign(one, { colour: 'red' })],
      [/^medplum: .*obs-6/, (one) => Object.assign(one, { dataAbsentReason: { text: 'none' } })],
      [/^medplum: .*Missing required property/, (one) => Reflect.deleteProperty(one, 'code')],
    ];
    for (const [complaint, spoil] of spoilt) {
      const bundle = structuredClone(built(exampleFacts));
      spoil(bundle.entry?.[1]?.resource as unknown as Record<string, unknown>);
      assert.ok(
        problemsOf(bundle).some((problem) => complaint.test(problem)),
        String(complaint),
      );
    }
  });
});

describe('The Bundle', () => {
  it('is a transaction of PUT Type/uuid with absolute full URLs', () => {
    const bundle = built(exampleFacts);
    assert.equal(bundle.type, 'transaction');
    for (const { fullUrl, request, resource } of bundle.entry ?? []) {
      assert.equal(request?.method, 'PUT');
      assert.equal(request?.url, `${resource?.resourceType}/${resource?.id}`);
      assert.equal(fullUrl, `${options.fhirBase}/${request?.url}`);
      assert.match(
        resource?.id ?? '',
        /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });

  it('holds what FHIR.md lists, every id once', () => {
    const types = (built(exampleFacts).entry ?? []).map(({ resource }) => resource?.resourceType);
    assert.deepEqual(types, ['Device', ...Array(8).fill('Observation'), 'DiagnosticReport', 'Provenance']);
    const urls = (built(exampleFacts).entry ?? []).map(({ request }) => request?.url);
    assert.equal(new Set(urls).size, 11);
  });

  it('names neither order nor patient by a value that FHIR forbids', () => {
    const study = { ...exampleFacts.study, accession: 'A\u0007B', patientId: 'M\u001b1' };
    const { bundle } = buildBundle({ ...exampleFacts, study }, undefined, { fhirBase: options.fhirBase });
    const text = JSON.stringify(bundle);
    assert.doesNotMatch(text, /"basedOn"|"subject"|\\u00/);
    assert.deepEqual(problemsOf(bundle), []);
  });

  it('refers only to what it holds, and to the patient', () => {
    const bundle = built(exampleFacts);
    const held = new Set(['Patient/p1', ...(bundle.entry ?? []).map(({ request }) => request?.url)]);
    const references = [...JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)].map(([, url]) => url);
    assert.deepEqual(
      references.filter((url) => !held.has(url)),
      [],
    );
  });

  it('claims no profile and contains no resource', () => {
    const text = JSON.stringify(built(exampleFacts));
    assert.doesNotMatch(text, /"profile"|"contained"/);
  });

  it('is the same for the same facts', () => {
    assert.deepEqual(built(exampleFacts), built(structuredClone(exampleFacts)));
  });

  it('does not depend on a slash at the end of the FHIR base', () => {
    assert.deepEqual(
      buildBundle(exampleFacts, patient, { ...options, fhirBase: `${options.fhirBase}/` }),
      buildBundle(exampleFacts, patient, options),
    );
  });
});

describe('The observations', () => {
  const observations = resources<fhir4.Observation>(built(exampleFacts), 'Observation');

  it('are preliminary, labelled as asserted by AI, and point to patient, study, order and device', () => {
    for (const one of observations) {
      assert.equal(one.status, 'preliminary');
      assert.equal(one.meta?.security?.[0]?.code, 'AIAST');
      assert.equal(one.subject?.reference, 'Patient/p1');
      assert.equal(one.subject?.identifier?.value, 'MRN-42');
      assert.equal(one.partOf?.[0]?.identifier?.system, 'urn:dicom:uid');
      assert.equal(one.partOf?.[0]?.identifier?.value, 'urn:oid:1.2.826.0.1.3680043.8.498.1');
      assert.equal(one.basedOn?.[0]?.identifier?.type?.coding?.[0]?.code, 'ACSN');
      assert.equal(one.basedOn?.[0]?.identifier?.value, 'ACC-1');
      assert.equal(one.effectiveDateTime, '2026-11-23T04:00:00Z');
      assert.match(one.device?.reference ?? '', /^Device\//);
      assert.equal(one.performer, undefined);
    }
  });

  it('give each lobe its percentage, score and volumes, at its own site', () => {
    const expected = [
      ['RUL', 31.2, 3, 900, 281],
      ['RML', 4.1, 1, 400, 17],
      ['RLL', 52.9, 4, 1000, 529],
      ['LUL', 12, 2, 1000, 120],
      ['LLL', 60.3, 4, 900, 543],
    ];
    const found = observations
      .slice(0, 5)
      .map((one) => [
        lobes.find((lobe) => lobeCodes[lobe].snomed.code === one.bodySite?.coding?.[0]?.code),
        one.valueQuantity?.value,
        ...(one.component ?? []).map(({ valueQuantity }) => valueQuantity?.value),
      ]);
    assert.deepEqual(found, expected);
  });

  it('say of a lobe without lung that it has no percentage, instead of 0 %', () => {
    const [, rml] = resources<fhir4.Observation>(built(emptyLobeFacts()), 'Observation');
    assert.equal(rml?.valueQuantity, undefined);
    assert.equal(rml?.dataAbsentReason?.coding?.[0]?.code, 'not-applicable');
  });

  it('classify by the decision and three probabilities', () => {
    const one = withLocalCode(observations, 'classification');
    assert.equal(one.valueCodeableConcept?.coding?.[0]?.code, 'pattern-covid-19');
    assert.deepEqual(
      one.component?.map(({ code, valueQuantity }) => [code.coding?.[0]?.code, valueQuantity?.value]),
      [
        ['probability-covid-19', 0.87],
        ['probability-other-infection', 0.1],
        ['probability-no-imaging-signs', 0.03],
      ],
    );
  });

  it('sum up both lungs, with the lobes as members', () => {
    const one = observations.find(({ hasMember }) => hasMember !== undefined);
    assert.equal(one?.valueQuantity?.value, 34.4);
    assert.deepEqual(
      one?.hasMember?.map(({ reference }) => reference),
      observations.slice(0, 5).map(({ id }) => `Observation/${id}`),
    );
    assert.deepEqual(
      one?.component?.map(({ code, valueQuantity }) => [code.coding?.[0]?.code, valueQuantity?.value]),
      [
        ['involvement-percent-right', 33.1],
        ['involvement-percent-left', 36],
        ['lung-volume', 4200],
        ['opacity-volume', 1445],
      ],
    );
  });

  it('score the severity with its band and ranges, derived from the lobes', () => {
    const one = withLocalCode(observations, 'ct-severity-score');
    assert.deepEqual([one.valueQuantity?.value, one.valueQuantity?.code], [14, '{score}']);
    assert.deepEqual(
      one.referenceRange?.map(({ low, high, text }) => [low?.value, high?.value, text]),
      [
        [1, 5, 'mild'],
        [6, 14, 'moderate'],
        [15, 25, 'severe'],
      ],
    );
    assert.deepEqual(
      one.component?.[0]?.valueCodeableConcept?.coding?.map(({ code }) => code),
      ['band-moderate', '6736007'],
    );
    assert.equal(one.derivedFrom?.length, 5);
  });

  it('have a local band only when the score is 0', () => {
    const one = withLocalCode(
      resources<fhir4.Observation>(built(clearFacts()), 'Observation'),
      'ct-severity-score',
    );
    assert.deepEqual(
      one.component?.[0]?.valueCodeableConcept?.coding?.map(({ code }) => code),
      ['band-none'],
    );
  });

  it('lose the label and the order where the site or the header has none', () => {
    const [one] = resources<fhir4.Observation>(built(sparseFacts(), { aiLabel: false }), 'Observation');
    assert.equal(one?.meta, undefined);
    assert.equal(one?.basedOn, undefined);
    assert.equal(one?.effectiveDateTime, undefined);
  });
});

describe('The DiagnosticReport', () => {
  const [report] = resources<fhir4.DiagnosticReport>(built(exampleFacts), 'DiagnosticReport');

  it('is named by study and algorithm, and by the run', () => {
    assert.deepEqual(
      report?.identifier?.map(({ use, system, value }) => [use, system, value]),
      [
        ['official', `${options.fhirBase}/ai-report`, '1.2.826.0.1.3680043.8.498.1/lobar-ct-chest'],
        ['secondary', `${options.fhirBase}/ai-run`, '05a51a22-c6e0-5b1c-bb92-5f2a9714ddbe'],
      ],
    );
  });

  it('has the status of the site, its results, and nobody as performer', () => {
    assert.equal(report?.status, 'preliminary');
    assert.equal(report?.result?.length, 3);
    assert.equal(report?.performer, undefined);
    const [partial] = resources<fhir4.DiagnosticReport>(
      built(exampleFacts, { reportStatus: 'partial' }),
      'DiagnosticReport',
    );
    assert.equal(partial?.status, 'partial');
  });

  it('is coded as CT of the chest; in Europe as an imaging report first', () => {
    const codesOf = (ehr: object) =>
      resources<fhir4.DiagnosticReport>(built(exampleFacts, ehr), 'DiagnosticReport')[0]?.code.coding?.map(
        ({ system, code }) => [system, code],
      );
    const chest = ['http://loinc.org', '24627-2'];
    assert.deepEqual(codesOf({}), [chest]);
    assert.deepEqual(codesOf({ reportCode: 'ct-chest' }), [chest]);
    assert.deepEqual(codesOf(europe), [['http://loinc.org', '85430-7'], chest]);
  });

  it('concludes with a pattern of the local code system, never with a disease', () => {
    const text = JSON.stringify(built(exampleFacts));
    assert.match(report?.conclusionCode?.[0]?.coding?.[0]?.code ?? '', /^pattern-/);
    for (const disease of ['840539006', '882784691000119100', '233604007']) {
      assert.equal(text.includes(disease), false);
    }
  });
});

describe('Device and Provenance', () => {
  it('name every model with version, checksum and execution provider', () => {
    const [device] = resources<fhir4.Device>(built(exampleFacts), 'Device');
    const text = JSON.stringify(device);
    for (const { name, version, sha256 } of exampleFacts.models) {
      assert.ok(device?.version?.some((one) => one.component?.value === name && one.value === version));
      assert.ok(text.includes(sha256));
    }
    const providers = device?.property?.filter(({ type }) => type.coding?.[0]?.code === 'execution-provider');
    assert.deepEqual(
      providers?.map(({ valueCode }) => valueCode?.[0]?.text),
      ['cpu', 'cpu', 'cpu'],
    );
  });

  it('say of a model whether a variant of its file ran, and of no other', () => {
    const [first, ...others] = exampleFacts.models;
    assert.ok(first !== undefined);
    const facts = { ...exampleFacts, models: [{ ...first, precision: 'int8' }, ...others] };
    const [device] = resources<fhir4.Device>(built(facts), 'Device');
    const precisions = device?.property?.filter(({ type }) => type.coding?.[0]?.code === 'model-precision');
    assert.deepEqual(
      precisions?.map(({ type, valueCode }) => [type.text, valueCode?.[0]?.text]),
      [['precision of lungs-lobes-phantom 0.1.0', 'int8']],
    );
  });

  it('name the UDI of a model that is a registered device, and no other', () => {
    const [device] = resources<fhir4.Device>(built(registeredFacts()), 'Device');
    assert.deepEqual(
      device?.udiCarrier?.map(({ deviceIdentifier, issuer }) => [deviceIdentifier, issuer]),
      [['09504000059118', 'http://hl7.org/fhir/NamingSystem/gs1-di']],
    );
    assert.equal(resources<fhir4.Device>(built(exampleFacts), 'Device')[0]?.udiCarrier, undefined);
  });

  it('say that the Device made the report and every observation from the study and the series', () => {
    const [provenance] = resources<fhir4.Provenance>(built(exampleFacts), 'Provenance');
    assert.equal(provenance?.target.length, 9);
    assert.match(provenance?.agent[0]?.who.reference ?? '', /^Device\//);
    assert.deepEqual(
      provenance?.entity?.map(({ what }) => what.identifier?.value),
      ['urn:oid:1.2.826.0.1.3680043.8.498.1', 'urn:oid:1.2.826.0.1.3680043.8.498.1.2'],
    );
  });

  it('keep the Provenance of an older version beside that of a newer one', () => {
    const newer = { ...exampleFacts, algorithm: { ...exampleFacts.algorithm, version: '0.2.0' } };
    const id = (facts: ReportFacts, type: string) => resources(built(facts), type)[0]?.id;
    assert.notEqual(id(newer, 'Provenance'), id(exampleFacts, 'Provenance'));
    assert.equal(id(newer, 'DiagnosticReport'), id(exampleFacts, 'DiagnosticReport'));
  });
});

function resources<T extends fhir4.FhirResource>(bundle: fhir4.Bundle, type: string): T[] {
  return (bundle.entry ?? []).map(({ resource }) => resource as T).filter((one) => one.resourceType === type);
}

function withLocalCode(observations: readonly fhir4.Observation[], code: string): fhir4.Observation {
  const found = observations.find((one) => one.code.coding?.[0]?.code === code);
  assert.ok(found, code);
  return found;
}
