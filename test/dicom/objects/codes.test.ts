import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { coded, codes, lobeCodes, localCode, localCodes } from '../../../src/dicom/objects/codes.ts';
import { objectKinds } from '../../../src/dicom/objects/common-modules.ts';
import { segmentKinds } from '../../../src/dicom/objects/seg/segments.ts';
import {
  codes as fhirCodes,
  lobeCodes as fhirLobes,
  localCodes as fhirLocal,
} from '../../../src/fhir/codes.ts';
import { lobes } from '../../../src/pipeline/types.ts';

describe('The codes of what is stored into a PACS', () => {
  it('are those of PS3.16: CID 7005, 7021, 7150, 7162, 7202, 7203, 6104 and the templates of TID 1500', () => {
    const pinned = {
      processingEquipment: '109102 DCM',
      imagingMeasurementReport: '126000 DCM',
      artificialIntelligence: '123110 DCM',
      sourceImage: '121322 DCM',
      segmentation: '113076 DCM',
      anatomicalStructure: '91723000 SCT',
      abnormalStructure: '49755003 SCT',
      opacity: '112001 DCM',
      imagingMeasurements: '126010 DCM',
      measurementGroup: '125007 DCM',
      trackingIdentifier: '112039 DCM',
      trackingUid: '112040 DCM',
      findingSite: '363698007 SCT',
      referencedSegment: '121191 DCM',
      sourceSeries: '121232 DCM',
      right: '24028007 SCT',
      left: '7771000 SCT',
      bilateral: '51440002 SCT',
      lung: '39607008 SCT',
      finding: '121071 DCM',
      comment: '121106 DCM',
    } as const;
    for (const [name, expected] of Object.entries(pinned)) {
      const { value, scheme } = codes[name as keyof typeof pinned];
      assert.equal(`${value} ${scheme}`, expected, name);
    }
  });

  it('name a lobe as the report in the EHR does', () => {
    for (const lobe of lobes) assert.equal(lobeCodes[lobe].value, fhirLobes[lobe].snomed.code);
    assert.equal(codes.lung.value, fhirCodes.lung.code);
    assert.equal(codes.ctChest.value, fhirCodes.ctChest.code);
    assert.deepEqual(
      lobes.map((lobe) => lobeCodes[lobe].value),
      ['42400003', '72481006', '266005', '44714003', '41224006'],
    );
  });

  it('are in the private scheme those of the code system in FHIR, with the same meanings', () => {
    const ofFhir = [
      'model-version',
      'model-sha256',
      'model-precision',
      'execution-provider',
      'documents-late',
    ];
    assert.deepEqual(
      Object.keys(fhirLocal).filter((code) => !ofFhir.includes(code)),
      localCodes,
    );
    for (const code of localCodes) {
      const { meaning } = localCode(code);
      assert.ok([fhirLocal[code], fhirLocal[code].replace(' (AI)', '')].includes(meaning), meaning);
    }
  });

  it('fit: a meaning has 64 characters at most, and a longer code than 16 is a long one (PS3.5 6.2)', () => {
    const all = [...Object.values(codes), ...Object.values(lobeCodes), ...localCodes.map(localCode)];
    for (const code of all) {
      assert.ok(code.meaning.length <= 64, code.meaning);
      const { CodeValue, LongCodeValue } = coded(code);
      assert.equal(CodeValue ?? LongCodeValue, code.value);
      assert.equal(CodeValue === undefined, code.value.length > 16);
    }
  });
});

describe('A segment', () => {
  it('has a colour of its own, that the colour-blind tell apart too (Okabe and Ito 2008)', () => {
    const hex = (colour: readonly number[]) => Buffer.from(colour).toString('hex');
    const { RUL, RML, RLL, LUL, LLL, opacities } = segmentKinds;
    // Sky blue, yellow, bluish green, blue, reddish purple; and a red that is in none of them.
    const colours = [RUL, RML, RLL, LUL, LLL, opacities].map(({ colour }) => hex(colour));
    assert.deepEqual(colours, ['56b4e9', 'f0e442', '009e73', '0072b2', 'cc79a7', 'ff4000']);
  });
});

describe('docs/PACS-OBJECTS.md', () => {
  const text = readFileSync(new URL('../../../docs/PACS-OBJECTS.md', import.meta.url), 'utf8');

  it('names every code of 99LOBAR, and no other', () => {
    const table = text.split('## Codes of 99LOBAR')[1]?.split('\n## ')[0] ?? '';
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => [...row.matchAll(/`([a-z0-9-]+)`/g)].map(([, code]) => code));
    assert.deepEqual(named.sort(), localCodes.toSorted());
  });

  it('names every series by its modality, number and description', () => {
    for (const [store, { modality, seriesNumber, seriesDescription }] of Object.entries(objectKinds)) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${store}\` |`)) ?? '';
      assert.ok(row.includes(`| ${modality} | ${seriesNumber}, ${seriesDescription} |`), store);
    }
  });
});
