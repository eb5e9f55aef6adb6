import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { commonModules, objectKinds, seriesUid } from '../../../src/dicom/objects/common-modules.ts';
import { dateAndTime, dateTime } from '../../../src/dicom/objects/date-and-time.ts';
import { madeObject } from '../../../src/dicom/objects/made-object.ts';
import { objectUid } from '../../../src/dicom/objects/object-uid.ts';
import { cielab } from '../../../src/dicom/objects/seg/cielab.ts';
import { parseInstance } from '../../../src/dicom/parse-instance.ts';
import { isUid } from '../../../src/uid.ts';
import { limits } from '../support/ct-file.ts';
import { exampleFacts, runKey } from './support/example-facts.ts';

const instance = { kind: 'seg', sopClassUid: '1.2', name: 'seg', instanceNumber: 1 } as const;

describe('The UID of an object', () => {
  it('is 2.25 and the number of the version 5 UUID of its name (PS3.5 B.2)', () => {
    // python3 -c "import uuid; print(uuid.uuid5(uuid.UUID('1c4df8b7-0475-5a47-9296-26def68b501f'), 'seg').int)"
    assert.equal(objectUid(runKey, 'seg'), '2.25.24006695636617476280957087045081045135');
    assert.ok(isUid(objectUid(runKey, 'sr')));
  });

  it('is another one for each object, each series and each result', () => {
    const kinds = Object.keys(objectKinds) as (keyof typeof objectKinds)[];
    const other = { ...exampleFacts, runKey: 'a54c4c1f-5d0b-5a3e-8d3a-7d6b4f0e9c11' };
    const uids = [exampleFacts, other].flatMap((facts) =>
      kinds.flatMap((kind) => [seriesUid(facts, kind), objectUid(facts.runKey, kind)]),
    );
    assert.equal(new Set(uids).size, 16);
  });
});

describe('Date and time of an object', () => {
  it('are in the zone that the images tell, over midnight', () => {
    const { ContentDate, ContentTime, TimezoneOffsetFromUTC } = commonModules(exampleFacts, instance);
    assert.deepEqual([ContentDate, ContentTime, TimezoneOffsetFromUTC], ['20261124', '003005', '+0100']);
    assert.deepEqual(dateAndTime('2026-03-01T02:15:00Z', '-0330'), { date: '20260228', time: '224500' });
    assert.equal(dateTime('2026-11-23T23:30:05.123Z'), '20261123233005+0000');
  });

  it('are in the zone of this process where the images do not tell one, and none is claimed', () => {
    const { timezoneOffset: _, ...context } = exampleFacts.context;
    const script = `
      import { dateAndTime } from './src/dicom/objects/date-and-time.ts';
      console.log(JSON.stringify(dateAndTime('2026-11-23T23:30:05Z')));`;
    const run = (TZ: string) =>
      JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
          env: { ...process.env, TZ },
          encoding: 'utf8',
        }),
      );
    assert.deepEqual(run('Asia/Kolkata'), { date: '20261124', time: '050005' });
    assert.deepEqual(run('UTC'), { date: '20261123', time: '233005' });
    assert.equal(commonModules({ ...exampleFacts, context }, instance).TimezoneOffsetFromUTC, undefined);
    const broken = { ...exampleFacts, context: { ...context, timezoneOffset: '+9900' } };
    assert.equal(commonModules(broken, instance).TimezoneOffsetFromUTC, undefined);
  });
});

describe('Patient and study of an object', () => {
  it('are those of the images, and empty where these do not say (type 2)', () => {
    const { studyInstanceUid, seriesInstanceUid } = exampleFacts.context;
    const bare = commonModules(
      { ...exampleFacts, context: { studyInstanceUid, seriesInstanceUid } },
      instance,
    );
    assert.equal(commonModules(exampleFacts, instance).PatientName, 'Größe^Žofie=大小^山');
    for (const keyword of [
      'PatientName',
      'PatientID',
      'PatientBirthDate',
      'PatientSex',
      'StudyDate',
      'StudyTime',
      'StudyID',
      'AccessionNumber',
      'ReferringPhysicianName',
    ] as const) {
      assert.equal(bare[keyword], '', keyword);
    }
    assert.equal(bare.IssuerOfPatientID, undefined);
    assert.equal(bare.StudyInstanceUID, studyInstanceUid);
  });

  it('are repeated word by word, also where the images have what the standard does not allow', () => {
    const family = 'Müller-Lüdenscheidt von und zu Großenhain^Jürgen Maximilian Ägidius^^Prof. Dr.';
    const asRead = {
      patientName: `${family}=${'山'.repeat(65)}^太郎=やまだ^たろう`,
      patientId: 'ID-'.repeat(30),
      issuerOfPatientId: 'Klinikum '.repeat(9).trim(),
      patientSex: 'female, since 1990',
      studyId: '2026-11-23-CT-THORAX',
      studyDescription: `CT\tThorax ${'nativ '.repeat(12).trim()}`,
      accessionNumber: '2026.CT.0001234567',
      referringPhysicianName: `Überweiser^${'Ä'.repeat(70)}`,
    } as const;
    const facts = { ...exampleFacts, context: { ...exampleFacts.context, ...asRead } };
    const { bytes } = madeObject(facts, instance, {});
    const { patientName, patientId, issuerOfPatientId, patientSex, ...rest } = parseInstance(
      bytes,
      limits,
    ).context();
    const { studyId, studyDescription, accessionNumber, referringPhysicianName } = rest;
    const written = { patientName, patientId, issuerOfPatientId, patientSex };
    assert.deepEqual(
      { ...written, studyId, studyDescription, accessionNumber, referringPhysicianName },
      asRead,
    );
  });

  it('leave out an age that is none, as it identifies nobody, and a code that no character set can write', () => {
    const of = (context: object) =>
      commonModules({ ...exampleFacts, context: { ...exampleFacts.context, ...context } }, instance);
    const ages = ['056Y', '56', 'unknown'].map((patientAge) => of({ patientAge }).PatientAge);
    assert.deepEqual(ages, ['056Y', undefined, undefined]);
    assert.equal(of({ patientSex: 'weiblich é' }).PatientSex, '');
  });
});

describe('A recommended colour', () => {
  it('is CIELab by D50 as 16-bit numbers (PS3.3 C.10.7.1.1)', () => {
    // White is L 100; a and b are 0, which is 128/255 of 65535.
    assert.deepEqual(cielab([255, 255, 255]), [65535, 32896, 32896]);
    assert.deepEqual(cielab([0, 0, 0]), [0, 32896, 32896]);
    // L*a*b* (D50) of sRGB red is 54.29, 80.81, 69.89 (Lindbloom).
    const [l = 0, a = 0, b = 0] = cielab([255, 0, 0]);
    const near = (value: number, expected: number) =>
      assert.ok(Math.abs(value - expected) < 0.02, `${value}`);
    near((l / 65535) * 100, 54.29);
    near((a / 65535) * 255 - 128, 80.81);
    near((b / 65535) * 255 - 128, 69.89);
  });
});
