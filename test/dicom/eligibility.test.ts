import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assessSeries } from '../../src/dicom/eligibility.ts';
import { readStudyFiles } from '../../src/dicom/folder-source.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { limits, rules } from './support/ct-file.ts';
import { seriesHeaders } from './support/headers.ts';

const codesOf = (notices: readonly { readonly code: string }[]) => notices.map(({ code }) => code);
const reasons = (headers: readonly InstanceHeader[]) => codesOf(assessSeries(headers, rules).reasons);
/** 300 mm of chest in 1 mm slices with one thing changed. */
const chest = (change: Partial<InstanceHeader> = {}) => seriesHeaders(300, 1, change);

describe('a series', () => {
  it('of a whole adult chest in thin axial slices is eligible', () => {
    const assessment = assessSeries(chest(), rules);
    assert.equal(assessment.eligible, true);
    assert.deepEqual([assessment.reasons, assessment.warnings], [[], []]);
    assert.equal(assessment.slices, 300);
    assert.deepEqual(assessment.spacingMm, [1, 0.7, 0.7]);
  });

  it('is not eligible for each rule of PIPELINE.md 1, with its code', () => {
    const thick = seriesHeaders(80, 4, { sliceThicknessMm: 4 });
    assert.deepEqual(reasons(chest({ modality: 'MR' })), ['not-ct']);
    assert.deepEqual(reasons(chest({ bodyPartExamined: 'HEAD' })), ['not-chest']);
    assert.deepEqual(reasons(chest({ imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] })), ['localizer']);
    assert.deepEqual(reasons(chest({ sopClassUid: '1.2.840.10008.5.1.4.1.1.7' })), ['secondary-capture']);
    assert.deepEqual(reasons(chest({ numberOfFrames: 2 })), ['multi-frame']);
    assert.deepEqual(reasons(chest({ sliceThicknessMm: 3.1 })), ['slice-too-thick']);
    assert.deepEqual(reasons(thick), ['slice-too-thick']);
    assert.deepEqual(reasons(chest({ gantryTiltDegrees: -1.5 })), ['gantry-tilt']);
    assert.deepEqual(reasons(chest({ patient: { age: '017Y' } })), ['minor']);
    assert.deepEqual(reasons(seriesHeaders(149, 1)), ['too-short']);
    assert.deepEqual(reasons(seriesHeaders(20, 1)), ['too-few-slices', 'too-short']);
    assert.deepEqual(reasons(chest().filter((_, k) => k !== 100)), ['missing-slices']);
    assert.deepEqual(reasons(chest({ rescaleType: 'MGML' })), ['not-hounsfield']);
    assert.deepEqual(reasons(chest({ seriesInstanceUid: '' })), ['no-identity']);
    for (const rescaleSlope of [0, -1, 100.5, 1e308, Number.NaN]) {
      assert.deepEqual(reasons(chest({ rescaleSlope })), ['implausible-rescale'], `${rescaleSlope}`);
    }
    assert.deepEqual(reasons(chest({ rescaleIntercept: -1e308 })), ['implausible-rescale']);
    assert.deepEqual(reasons(chest({ rescaleSlope: 100, rescaleIntercept: -100_000 })), []);
    assert.deepEqual(reasons(chest({ photometricInterpretation: 'RGB' })), ['pixel-data-unsupported']);
    const progressive = { transferSyntaxUid: '1.2.840.10008.1.2.4.55' };
    assert.deepEqual(reasons(chest(progressive)), ['transfer-syntax-unsupported']);
    assert.match(assessSeries(chest(progressive), rules).reasons[0]?.text ?? '', /JPEG Full Progression/);
  });

  it('of two patients, or with images that name none, is refused; where no image names one it is not', () => {
    const withPatients = (...patients: readonly InstanceHeader['patient'][]) =>
      chest().map((header, k) => ({ ...header, patient: { age: '052Y', ...patients[k % patients.length] } }));
    assert.deepEqual(reasons(withPatients({ id: 'P1' }, { id: 'P2' })), ['several-patients']);
    assert.deepEqual(reasons(withPatients({ id: 'P1' }, {})), ['several-patients']);
    const issued = ['A', 'B'].map((issuerOfId) => ({ id: 'P1', issuerOfId }));
    assert.deepEqual(reasons(withPatients(...issued)), ['several-patients']);
    assert.deepEqual(reasons(withPatients({})), []);
  });

  it('whose slices differ in their scale or their sign is told of it', () => {
    const every = (change: Partial<InstanceHeader>) =>
      chest().map((header, k) => (k % 3 === 0 ? { ...header, ...change } : header));
    const warnings = (headers: readonly InstanceHeader[]) => codesOf(assessSeries(headers, rules).warnings);
    assert.deepEqual(warnings(every({ rescaleSlope: 2.1 })), ['mixed-rescale']);
    assert.deepEqual(warnings(every({ pixelRepresentation: 1 })), ['mixed-rescale']);
    assert.deepEqual(warnings(every({ rescaleSlope: 1.9 })), []);
  });

  it('of one image is said to be one image', () => {
    const [reason] = assessSeries(seriesHeaders(1, 1), rules).reasons;
    assert.equal(reason?.text, 'There is one image only, which makes no volume.');
  });

  it('is not refused for what a listing leaves out', () => {
    const absent = { samplesPerPixel: 0, photometricInterpretation: '', bitsAllocated: 0, bitsStored: 0 };
    assert.deepEqual(reasons(chest({ ...absent, highBit: 0 })), []);
  });

  it('of enhanced objects is judged by its frames, and refused where they do not say where they lie', () => {
    const enhanced = { sopClassUid: '1.2.840.10008.5.1.4.1.1.2.1', numberOfFrames: 300 };
    const frames = chest(enhanced).map((header, k) => ({ ...header, frameNumber: k + 1 }));
    assert.deepEqual(reasons(frames), []);
    const { imagePositionPatient: _, ...untold } = frames[0] as InstanceHeader;
    assert.deepEqual(reasons([untold]), ['multi-frame']);
  });

  it('of thin slices far apart is refused for the gaps between them, not for being thick or few', () => {
    assert.deepEqual(reasons(seriesHeaders(30, 10, { sliceThicknessMm: 1 })), ['slice-gap']);
    const { sliceThicknessMm: _, ...untold } = seriesHeaders(1, 1)[0] as InstanceHeader;
    const unknown = seriesHeaders(60, 5).map((header) => ({
      ...untold,
      imagePositionPatient: header.imagePositionPatient ?? [0, 0, 0],
    }));
    assert.deepEqual(reasons(unknown), ['slice-too-thick']);
  });

  it('is not eligible in other units than HU, known or not', () => {
    for (const rescaleType of ['HU', 'hu ', 'US', 'Hounsfield Units']) {
      assert.deepEqual(reasons(chest({ rescaleType })), [], rescaleType);
    }
    for (const rescaleType of ['OD', 'MGML', 'Z_EFF', 'ED', 'EDW', 'HU_MOD', 'PCT', 'IODINE', 'KEV']) {
      assert.deepEqual(reasons(chest({ rescaleType })), ['not-hounsfield'], rescaleType);
    }
  });

  it('whose padding is a value of tissue is told of it, and refused where it is a range of them', () => {
    const warnings = (change: Partial<InstanceHeader>) =>
      codesOf(assessSeries(chest(change), rules).warnings);
    // Stored 0 is -1024 HU, 1024 is 0 HU; 63536 stands outside BitsStored.
    assert.deepEqual(warnings({ pixelPaddingValue: 0 }), []);
    assert.deepEqual(warnings({ pixelPaddingValue: 63_536 }), []);
    assert.deepEqual(warnings({ pixelPaddingValue: 1024 }), ['padding-in-image']);
    assert.deepEqual(warnings({ pixelPaddingValue: 0, pixelPaddingRangeLimit: 100 }), []);
    const range = (from: number, to: number) =>
      reasons(chest({ pixelPaddingValue: from, pixelPaddingRangeLimit: to }));
    assert.deepEqual(range(0, 1100), ['pixel-data-unsupported'], 'from air to water');
    assert.deepEqual(range(0, 500), ['pixel-data-unsupported'], 'all of lung');
    assert.deepEqual(range(1000, 1100), [], '100 HU about water');
    assert.deepEqual(range(1000, 1101), ['pixel-data-unsupported']);
  });

  it('at the limits is eligible', () => {
    assert.deepEqual(reasons(seriesHeaders(150, 1)), []);
    assert.deepEqual(reasons(seriesHeaders(100, 3, { sliceThicknessMm: 3 })), []);
    assert.deepEqual(reasons(chest({ gantryTiltDegrees: 1 })), []);
    assert.deepEqual(reasons(chest({ patient: { age: '018Y' } })), []);
  });

  it('has its age from birth and study date, to the day', () => {
    const born = (birthDate: string) => reasons(chest({ patient: { birthDate } }));
    assert.deepEqual(born('20080301'), [], '18 on the day of the study');
    assert.deepEqual(born('20080302'), ['minor'], '18 tomorrow');
    assert.deepEqual(reasons(chest({ patient: { age: '216M' } })), []);
    assert.deepEqual(reasons(chest({ patient: { age: '215M' } })), ['minor']);
  });

  it('of unknown age is allowed and flagged', () => {
    const { eligible, warnings } = assessSeries(chest({ patient: {} }), rules);
    assert.equal(eligible, true);
    assert.deepEqual(codesOf(warnings), ['unknown-age']);
  });

  it('whose tags name no body part leaves it to the lungs found', () => {
    const { bodyPartExamined: _, ...untold } = chest()[0] as InstanceHeader;
    const { eligible, chestKnown, warnings } = assessSeries(
      chest().map(({ imagePositionPatient = [0, 0, 0] }) => ({ ...untold, imagePositionPatient })),
      rules,
    );
    assert.deepEqual([eligible, chestKnown], [true, false]);
    assert.deepEqual(codesOf(warnings), ['body-part-unknown']);
  });

  it('of another body part in a study of the chest too is not taken on the study’s word', () => {
    const { eligible, chestKnown } = assessSeries(
      chest({ bodyPartExamined: 'ABDOMEN', studyDescription: 'CT Thorax/Abdomen' }),
      rules,
    );
    assert.deepEqual([eligible, chestKnown], [true, false]);
  });

  it('of mixed images is judged by all of them, in whatever order they come', () => {
    const mixed = (change: Partial<InstanceHeader>) =>
      chest().map((header, k) => (k === 299 ? { ...header, ...change } : header));
    const bothWays = (headers: readonly InstanceHeader[]) =>
      [headers, headers.toReversed()].map((some) => {
        const { uid: _, ...assessment } = assessSeries(some, rules);
        return assessment;
      });
    for (const [change, expected] of [
      [{ rescaleType: 'MGML' }, ['not-hounsfield']],
      [{ patient: { id: 'P1', age: '017Y' } }, ['minor']],
      [{ patient: { id: 'P1' } }, []],
      [{ bodyPartExamined: 'HEAD' }, []],
      [{ seriesInstanceUid: '' }, ['no-identity']],
      [{ sliceThicknessMm: 3.5 }, ['slice-too-thick']],
      [{ convolutionKernel: ['B70f'], seriesNumber: 3 }, []],
    ] as const) {
      const [there, back] = bothWays(mixed(change));
      assert.deepEqual(there, back);
      assert.deepEqual(codesOf(there?.reasons ?? []), expected);
    }
    assert.equal(assessSeries(mixed({ bodyPartExamined: 'HEAD' }), rules).chestKnown, false);
    assert.deepEqual(assessSeries(mixed({ patient: { id: 'P1' } }), rules).warnings, []);
  });

  it('says how many slices were dropped as duplicates', () => {
    const { eligible, warnings, slices } = assessSeries([...chest(), ...chest()], rules);
    assert.deepEqual([eligible, slices], [true, 300]);
    assert.match(warnings[0]?.text ?? '', /^300 images/);
  });

  it('never names a patient, study or instance in its texts', () => {
    const all = assessSeries(seriesHeaders(5, 4, { bodyPartExamined: 'HEAD', patient: { id: 'P1' } }), rules);
    for (const { text } of [...all.reasons, ...all.warnings]) {
      assert.doesNotMatch(text, /2\.25|P1/);
      assert.match(text, /^[A-Z0-9].*\.$/);
    }
  });
});

describe('real series that must be refused', { skip: sharedDataMissing }, () => {
  const cases: Readonly<Record<string, { path: readonly string[]; codes: readonly (readonly string[])[] }>> =
    {
      'a head with a tilted gantry and changing spacing': {
        path: ['edge', 'GE_head_tilt_varspacing'],
        codes: [
          ['not-chest', 'not-axial', 'gantry-tilt', 'missing-slices', 'slice-too-thick', 'too-few-slices'],
        ],
      },
      'a localizer and a secondary capture': {
        path: ['edge', 'Philips_phantom'],
        codes: [['secondary-capture'], ['localizer']],
      },
      'an enhanced multi-frame perfusion map of a head': {
        path: ['edge', 'eCT_Supplemental.dcm'],
        codes: [['not-chest', 'slice-too-thick', 'too-few-slices', 'too-short']],
      },
      'an upper abdomen without UIDs': {
        path: ['abdomen-j2k'],
        codes: [['no-identity', 'too-few-slices', 'too-short']],
      },
      // Born on the day of the study, says its anonymiser.
      'a chest of 4 mm slices': { path: ['cip-ct64', 'ct-64Dicom'], codes: [['slice-too-thick', 'minor']] },
    };
  for (const [name, { path, codes }] of Object.entries(cases)) {
    it(`have each their reason: ${name}`, async () => {
      const [study] = await readStudyFiles([sharedData(...path)], limits);
      const found = study?.series.map(({ headers }) => reasons(headers));
      assert.deepEqual(found?.toSorted(), codes.toSorted());
    });
  }
});
