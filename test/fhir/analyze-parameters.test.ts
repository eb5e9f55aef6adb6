import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../src/errors.ts';
import { readAnalyzeParameters } from '../../src/fhir/analyze-parameters.ts';

const ehr = {
  url: 'https://ehr.example/fhir',
  patientIdentifierSystem: 'urn:oid:1.2.3.4',
  issuerSystems: { CLINIC: 'urn:oid:1.2.3.5' },
  accessionSystem: 'urn:oid:1.2.3.6',
};
type Parameter = Record<string, unknown>;
const uid = (value: string) => ({ system: 'urn:dicom:uid', value: `urn:oid:${value}` });
const study: Parameter = { name: 'study', valueIdentifier: uid('1.2.3') };
const resource = (...parameter: readonly unknown[]) => ({ resourceType: 'Parameters', parameter });
const read = (parameters: unknown) => readAnalyzeParameters(parameters, () => ehr);

describe('The Parameters of $analyze-chest-ct', () => {
  it('are read, all of them', () => {
    const accession = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] };
    assert.deepEqual(
      read(
        resource(
          study,
          {
            name: 'accession',
            valueIdentifier: { type: accession, system: 'urn:oid:1.2.3.6', value: 'A 1' },
          },
          { name: 'serviceRequest', valueReference: { reference: 'ServiceRequest/o-1', display: 'x' } },
          { name: 'patient', valueIdentifier: { system: 'urn:oid:1.2.3.5', value: 'P-1' } },
          { name: 'series', valueIdentifier: uid('1.2.3.4') },
          { name: 'publish', valueCode: 'dry-run' },
          { name: 'pacs', valueString: 'archive' },
          { name: 'ehr', valueString: 'main' },
          { name: 'task', valueReference: { reference: 'https://ehr.example/fhir/Task/t-1', type: 'Task' } },
        ),
      ),
      {
        study: '1.2.3',
        accession: 'A 1',
        serviceRequest: 'ServiceRequest/o-1',
        patient: { system: 'urn:oid:1.2.3.5', value: 'P-1' },
        series: '1.2.3.4',
        publish: 'dry-run',
        pacs: 'archive',
        ehr: 'main',
        task: 't-1',
      },
    );
  });

  it('need one of study, accession and order; publishing is the default', () => {
    assert.deepEqual(read(resource(study)), { study: '1.2.3', publish: true });
    assert.deepEqual(read(resource({ name: 'accession', valueIdentifier: { value: 'A' } })), {
      accession: 'A',
      publish: true,
    });
    assert.deepEqual(read(resource(study, { name: 'publish', valueCode: 'false' })), {
      study: '1.2.3',
      publish: false,
    });
  });

  it('are read without the spaces around a value, which mean nothing', () => {
    const accession = { name: 'accession', valueIdentifier: { value: ' A 1 ' } };
    const patient = { name: 'patient', valueIdentifier: { value: '0042 ' } };
    assert.deepEqual(read(resource(accession, patient)), {
      accession: 'A 1',
      patient: { value: '0042' },
      publish: true,
    });
  });

  const accessionOf = (valueIdentifier: unknown): Parameter => ({ name: 'accession', valueIdentifier });
  const studyOf = (valueIdentifier: unknown): Parameter => ({ name: 'study', valueIdentifier });
  const orderOf = (reference: unknown, more: object = {}): Parameter => ({
    name: 'serviceRequest',
    valueReference: { reference, ...more },
  });
  const at = 'Parameters.parameter[0]';
  const refused: readonly [string, unknown, string, RegExp][] = [
    ['no Parameters at all', undefined, 'Parameters', /a Parameters resource/],
    ['another resource', { resourceType: 'Bundle', parameter: [] }, 'Parameters', /a Parameters resource/],
    ['a list that is none', { resourceType: 'Parameters', parameter: {} }, 'Parameters', /a Parameters/],
    [
      'rules that would change its meaning',
      { ...resource(study), implicitRules: 'http://x.example' },
      'Parameters',
      /nothing else/,
    ],
    ['nothing that names a study', resource(), 'Parameters.parameter', /one of study, accession/],
    ['a parameter that is no object', resource(null), `${at}.name`, /none of the names study,/],
    ['an unknown name', resource({ name: 'callback', valueUrl: 'x' }), `${at}.name`, /none of the names/],
    ['a name twice', resource(study, study), 'Parameters.parameter[1]', /'study' is given twice/],
    ['the wrong kind of value', resource({ name: 'study', valueString: '1.2' }), at, /hold valueIdentifier/],
    ['two values', resource({ ...study, valueString: '1.2' }), at, /valueIdentifier and nothing else/],
    ['no value', resource({ name: 'study' }), at, /hold valueIdentifier/],
    ['a modifier extension', resource({ ...study, modifierExtension: [] }), at, /nothing else/],
    [
      'a UID without its system',
      resource(studyOf({ value: 'urn:oid:1.2' })),
      `${at}.valueIdentifier.system`,
      /'study'/,
    ],
    [
      'a plain UID',
      resource(studyOf({ system: 'urn:dicom:uid', value: '1.2' })),
      `${at}.valueIdentifier.value`,
      /urn:oid:/,
    ],
    ['no UID', resource(studyOf(uid('1..2'))), `${at}.valueIdentifier.value`, /'study' is not urn:oid:/],
    [
      'an Identifier without value',
      resource(accessionOf({})),
      `${at}.valueIdentifier.value`,
      /needs a value/,
    ],
    [
      'an Identifier that is a text',
      resource(accessionOf('A')),
      `${at}.valueIdentifier.value`,
      /needs a value/,
    ],
    [
      'an accession number of an unknown system',
      resource(accessionOf({ system: 'urn:oid:9', value: 'A' })),
      `${at}.valueIdentifier.system`,
      /of 'accession' is not one that is configured\. Known: urn:oid:1\.2\.3\.6\./,
    ],
    [
      'an accession number of another type',
      resource(accessionOf({ type: { coding: [{ code: 'MR' }] }, value: 'A' })),
      `${at}.valueIdentifier.type`,
      /not ACSN/,
    ],
    [
      'an accession number of any length',
      resource(accessionOf({ value: 'x'.repeat(65) })),
      `${at}.valueIdentifier.value`,
      /longer than 64/,
    ],
    [
      'control characters',
      resource(accessionOf({ value: 'A\r\nB' })),
      `${at}.valueIdentifier.value`,
      /needs a value/,
    ],
    [
      'a patient of an unknown system',
      resource(study, { name: 'patient', valueIdentifier: { system: 'urn:oid:9', value: 'P' } }),
      'Parameters.parameter[1].valueIdentifier.system',
      /Known: urn:oid:1\.2\.3\.4, urn:oid:1\.2\.3\.5\./,
    ],
    [
      'an order on another server',
      resource(orderOf('https://other.example/fhir/ServiceRequest/1')),
      `${at}.valueReference.reference`,
      /on the EHR/,
    ],
    [
      'an order of a bad id',
      resource(orderOf('ServiceRequest/../Patient')),
      `${at}.valueReference.reference`,
      /ServiceRequest\/\[id\]/,
    ],
    [
      'a search instead of an order',
      resource(orderOf('ServiceRequest?identifier=1')),
      `${at}.valueReference.reference`,
      /ServiceRequest\/\[id\]/,
    ],
    [
      'a reference to something else',
      resource(orderOf('Patient/1')),
      `${at}.valueReference.reference`,
      /ServiceRequest\/\[id\]/,
    ],
    [
      'a reference that calls itself something else',
      resource(orderOf('ServiceRequest/1', { type: 'Task' })),
      `${at}.valueReference.reference`,
      /ServiceRequest\/\[id\]/,
    ],
    [
      'an order by identifier',
      resource({ name: 'serviceRequest', valueReference: { identifier: { value: 'A' } } }),
      `${at}.valueReference.reference`,
      /ServiceRequest\/\[id\]/,
    ],
    [
      'an unknown publish mode',
      resource(study, { name: 'publish', valueCode: 'yes' }),
      'Parameters.parameter[1].valueCode',
      /true, false, dry-run/,
    ],
    [
      'a boolean publish mode',
      resource(study, { name: 'publish', valueBoolean: true }),
      'Parameters.parameter[1]',
      /hold valueCode/,
    ],
    [
      'an endpoint that is no name',
      resource(study, { name: 'pacs', valueString: 'http://x' }),
      'Parameters.parameter[1].valueString',
      /'pacs' is no name/,
    ],
  ];
  for (const [what, parameters, expression, text] of refused) {
    it(`are refused with their place for ${what}`, () => {
      assert.throws(
        () => read(parameters),
        (error: unknown) => {
          assert.ok(error instanceof LobarError, String(error));
          assert.equal(error.status, error.code === 'identifier-system-unknown' ? 422 : 400);
          assert.equal(error.details['expression'], expression);
          assert.match(error.message, text);
          return true;
        },
      );
    });
  }

  it('know no system, and no place of a Task, where no EHR is configured', () => {
    const without = (...parameter: readonly unknown[]) =>
      readAnalyzeParameters(resource(study, ...parameter), () => undefined);
    const patient = { name: 'patient', valueIdentifier: { system: 'urn:oid:1.2.3.4', value: 'P' } };
    const task = { name: 'task', valueReference: { reference: 'Task/1' } };
    assert.throws(() => without(patient), { code: 'identifier-system-unknown' });
    assert.throws(() => without(task), { code: 'publish-not-configured' });
  });
});
