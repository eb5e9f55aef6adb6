/** The objects that go back into the PACS, read and judged by dicom3tools, dcmtk, pydicom and highdicom. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { encapsulatedPdf } from '../../src/dicom/objects/encapsulated-pdf.ts';
import type { MadeObject, ObjectFacts } from '../../src/dicom/objects/object-facts.ts';
import { type CapturedPicture, secondaryCaptures } from '../../src/dicom/objects/secondary-captures.ts';
import { packSegments } from '../../src/dicom/objects/seg/pack-segments.ts';
import { segmentationObject } from '../../src/dicom/objects/seg/segmentation-object.ts';
import { trackingUid } from '../../src/dicom/objects/seg/segments.ts';
import { measurementReport } from '../../src/dicom/objects/sr/measurement-report.ts';
import {
  exampleFacts,
  exampleFindings,
  exampleLobes,
  exampleOpacities,
} from '../dicom/objects/support/example-facts.ts';
import { peer, peersMissing, runPeer } from '../support/orthanc/system-peers.ts';
import { skipUnlessBuilt } from '../support/skip-or-fail.ts';

const install = join(import.meta.dirname, 'highdicom', 'install.sh');
const script = (name: string) => join(import.meta.dirname, 'dicom-objects', name);

const pictures: readonly CapturedPicture[] = [
  {
    name: 'most-affected',
    caption: 'Most affected slice',
    width: 3,
    height: 5,
    data: Uint8Array.from({ length: 45 }, (_, i) => i * 5),
    orientation: ['L', 'P'],
    slice: 1,
    plane: { axis: 'z', positionMm: 1002.5, mmPerPixel: 0.8 },
  },
  {
    name: 'coronal',
    caption: 'Coronal view',
    width: 2,
    height: 2,
    data: Uint8Array.from({ length: 12 }, (_, i) => i),
    orientation: ['L', 'F'],
    plane: { axis: 'y', positionMm: -198.75, mmPerPixel: 1 / 3 },
  },
  {
    name: 'lobes',
    caption: 'Bars',
    width: 4,
    height: 2,
    data: Uint8Array.from({ length: 24 }, (_, i) => 255 - i),
    orientation: undefined,
  },
];
/** An odd number of bytes, which a DICOM element makes even. */
const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ\nnot much of one');

/** Multi-frame source: the slices are frames 5, 4, 3 and 2 of one instance of eight, which was compressed with loss. */
const multiFrame: ObjectFacts = {
  ...exampleFacts,
  context: {
    ...exampleFacts.context,
    lossyImageCompression: '01',
    lossyImageCompressionRatio: [10],
    lossyImageCompressionMethod: ['ISO_15444_1'],
  },
  sources: exampleFacts.sources.map((source, z) => ({
    ...source,
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2.1',
    sopInstanceUid: '2.25.3000',
    frameNumber: 5 - z,
    numberOfFrames: 8,
  })),
};
/** As little as the images may say. */
const bare: ObjectFacts = {
  ...exampleFacts,
  context: { studyInstanceUid: '2.25.1001', seriesInstanceUid: '2.25.1002' },
  models: [],
};

function allObjects(facts: ObjectFacts): readonly MadeObject[] {
  return [
    segmentationObject(facts, packSegments(exampleLobes, exampleOpacities)),
    measurementReport(facts, { findings: exampleFindings, withSegments: true }),
    measurementReport(facts, { findings: exampleFindings, withSegments: false }),
    encapsulatedPdf(facts, { bytes: pdf, title: 'AI analysis of chest CT', language: 'en' }),
    ...secondaryCaptures(facts, pictures),
  ];
}

describe('DICOM objects of an analysis', { skip: peersMissing }, () => {
  let folder = '';
  const files: string[] = [];
  const write = async (name: string, { bytes }: MadeObject) => {
    const file = join(folder, name);
    await writeFile(file, bytes);
    return file;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-dicom-objects-'));
    for (const [index, object] of allObjects(exampleFacts).entries()) {
      files.push(await write(`object-${index}.dcm`, object));
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** What dciodvfy may warn of. It knows no private scheme; what the images do not say, their objects cannot. */
  const warnings = {
    privateScheme: /^Warning - .* - Unrecognized defined term = <99LOBAR>$/,
    unsaid: /^Warning - <.*> - Missing attribute or value that would be needed to build DICOMDIR$/,
  };

  it('has no error for dciodvfy, and no warning but those of our private scheme and of what the images do not say', async () => {
    for (const facts of [exampleFacts, multiFrame, bare]) {
      for (const object of allObjects(facts)) {
        const file = await write('judged.dcm', object);
        // It says everything on stderr.
        const { stderr } = await promisify(execFile)(peer.dciodvfy, ['-new', file]).catch(
          (failed: { readonly stderr: string }) => failed,
        );
        const lines = stderr.trim().split('\n');
        const expected = [
          /^(Segmentation|Comprehensive3DSR|EncapsulatedPDF|SCImage)$/,
          warnings.privateScheme,
          ...(facts === bare ? [warnings.unsaid] : []),
        ];
        assert.deepEqual(
          lines.filter((line) => !expected.some((one) => one.test(line))),
          [],
        );
        assert.ok(lines.some((line) => expected[0]?.test(line)));
      }
    }
  });

  it('has for dciodvfy the errors of its images where these identify the patient by what is not valid', async () => {
    const { context } = exampleFacts;
    const facts = {
      ...exampleFacts,
      context: {
        ...context,
        patientName: 'Müller-Lüdenscheidt von und zu Großenhain^Jürgen Maximilian Ägidius^^Prof. Dr.',
        accessionNumber: '2026.CT.0001234567',
      },
    };
    for (const object of allObjects(facts)) {
      const file = await write('judged.dcm', object);
      const { stderr } = await promisify(execFile)(peer.dciodvfy, ['-new', file]).catch(
        (failed: { readonly stderr: string }) => failed,
      );
      assert.deepEqual(
        stderr.match(/^Error - <\/\w+/gm)?.sort(),
        ['Error - </AccessionNumber', 'Error - </PatientName'],
        stderr,
      );
    }
  });

  it('has a report that dsrdump reads as the tree of TID 1500 with its numbers', async () => {
    const dump = await runPeer('dsrdump', ['-q', '+Pc', '+Pl', '+Pu', '+Pt', files[1] ?? '']);
    const lines = dump.split('\n').map((line) => line.trim());
    const has = (line: string) => assert.ok(lines.includes(line), `${line}\n${dump}`);
    assert.equal(lines[0], 'Comprehensive 3D SR Document');
    const first = lines.findIndex((line) => line.includes('Imaging Measurement Report')) + 1;
    assert.equal(lines[first], '<contains TEXT:(121106,DCM,"Comment")="AI, not verified, research use">');
    assert.match(dump, /Completion Flag {5}: COMPLETE/);
    assert.match(dump, /Preliminary Flag {4}: PRELIMINARY/);
    assert.match(dump, /Verification Flag {3}: UNVERIFIED/);
    has(
      '<CONTAINER:(126000,DCM,"Imaging Measurement Report")=SEPARATE>  # TID 1500 (DCMR, 1.2.840.10008.8.1.1)',
    );
    has(
      '<has concept mod CODE:(121049,DCM,"Language of Content Item and Descendants")=(en,RFC5646,"English")>',
    );
    has('<has obs context CODE:(121005,DCM,"Observer Type")=(121007,DCM,"Device")>');
    has('<has concept mod CODE:(121058,DCM,"Procedure reported")=(24627-2,LN,"CT Chest")>');
    has('<has concept mod TEXT:(111003,DCM,"Algorithm Version")="0.1.0">');
    has(
      `<has concept mod TEXT:(111002,DCM,"Algorithm Parameters")="opacities=opacities-phantom 0.4.0 sha256:${'c'.repeat(64)}">`,
    );
    const numbers = lines.filter((line) => line.startsWith('<contains NUM')).map((line) => line.slice(14));
    const percent = '(involvement-percent,99LOBAR,"Lung affected by opacity, percent of volume (AI)")';
    assert.equal(numbers[0], `${percent}="28.7" (%,UCUM,"Percent")>`);
    assert.equal(
      numbers.filter((line) => line.startsWith(percent)).length,
      5,
      'of both lungs and of four lobes',
    );
    has(
      '<contains NUM:(ct-severity-score,99LOBAR,"CT severity score 0-25 (AI)")="10" ({score},UCUM,"score")>',
    );
    has(
      '<contains CODE:(severity-band,99LOBAR,"CT severity band (AI)")=(band-moderate,99LOBAR,"CT severity score 6-14: moderate (AI)")>',
    );
    has(
      '<contains CODE:(classification,99LOBAR,"Chest CT infection classification (AI)")=(pattern-other-infection,99LOBAR,"Imaging pattern most consistent with other pulmonary infection")>',
    );
    assert.equal(lines.filter((line) => line.includes('Measurement Group')).length, 10);
    assert.equal(lines.filter((line) => line.endsWith('# TID 1411 (DCMR, 1.2.840.10008.8.1.1)')).length, 6);
    assert.equal(lines.filter((line) => line.endsWith('# TID 1501 (DCMR, 1.2.840.10008.8.1.1)')).length, 4);
    assert.equal(lines.filter((line) => line.startsWith('<contains IMAGE:=(CT image,"2.25.200')).length, 4);
  });

  it('has a PDF that comes out byte by byte, and pictures that do pixel by pixel', async () => {
    const out = join(folder, 'out.pdf');
    const args = [files[3] ?? '', out, ...files.slice(4)];
    const read = JSON.parse(await runPeer('python', [script('read-others.py'), ...args]));
    assert.deepEqual(await readFile(out), pdf);
    assert.equal(read.name, 'Größe^Žofie=大小^山');
    assert.match(read.title, /not verified/);
    const of = ({ shape, pixels, orientation, number }: Record<string, unknown>) => {
      return { shape, pixels, orientation, number };
    };
    const pixels = pictures.map(({ data }) => [...data]);
    assert.deepEqual(read.captures.map(of), [
      { shape: [5, 3, 3], pixels: pixels[0], orientation: ['L', 'P'], number: 1 },
      { shape: [2, 2, 3], pixels: pixels[1], orientation: ['L', 'F'], number: 2 },
      { shape: [2, 4, 3], pixels: pixels[2], orientation: [], number: 3 },
    ]);
  });

  it('has pictures that say of which images they are, where, and how large a pixel is', async () => {
    const args = [files[3] ?? '', join(folder, 'again.pdf'), ...files.slice(4)];
    const { captures } = JSON.parse(await runPeer('python', [script('read-others.py'), ...args]));
    const of = (key: string) => captures.map((capture: Record<string, unknown>) => capture[key]);
    const all = ['2.25.2000', '2.25.2001', '2.25.2002', '2.25.2003'];
    assert.deepEqual(of('sources'), [['2.25.2001'], all, all]);
    assert.deepEqual(
      of('series'),
      [['2.25.2001'], all, all].map((images) => [['2.25.1002', images]]),
    );
    assert.deepEqual(of('spacing'), [[0.8, 0.8], [0.33333333333333, 0.33333333333333], []]);
    assert.deepEqual(of('calibration'), ['GEOMETRY', 'GEOMETRY', '']);
    const [slice, coronal, bars] = of('comments');
    assert.match(slice, /^Most affected slice\. Plane at z = 1002\.5 mm in the coordinates of the images\. /);
    assert.match(coronal, /^Coronal view\. Plane at y = -198\.8 mm in the coordinates of the images\. /);
    assert.match(bars, /^Bars\. [^.]*not verified by a radiologist\.$/);
  });

  it('has segments and measurements that highdicom reads', { skip: skipUnlessBuilt(install) }, async () => {
    const python = execFileSync(install, ['--check'], { encoding: 'utf8' }).trim();
    const { stdout } = await promisify(execFile)(python, [
      script('read-by-highdicom.py'),
      files[0] ?? '',
      files[1] ?? '',
    ]);
    const { segments, sources, observers, groups } = JSON.parse(stdout);
    assert.deepEqual(
      segments.map(({ category, type }: Record<string, string>) => `${category} ${type}`),
      ['42400003', '72481006', '266005', '44714003', '41224006']
        .map((lobe) => `91723000 ${lobe}`)
        .concat('49755003 112001'),
    );
    assert.deepEqual(
      segments.map(({ regions }: Record<string, unknown>) => regions),
      [[], [], [], [], [], ['39607008']],
    );
    for (const { description } of segments) assert.equal(description, 'AI, not verified, research use');
    assert.deepEqual(segments[5].algorithm, ['AUTOMATIC', 'opacities-phantom']);
    assert.deepEqual(sources, ['2.25.2000', '2.25.2001', '2.25.2002', '2.25.2003']);
    assert.deepEqual(observers, ['Device']);
    assert.deepEqual(groups['Opacities in both lungs'], {
      trackingUid: segments[5].trackingUid,
      segment: 6,
      finding: '112001',
      sites: ['39607008'],
      sides: ['51440002'],
      measurements: {
        'involvement-percent': [28.7, '%'],
        'opacity-volume': [946, 'mL'],
        'lung-volume': [3300, 'mL'],
      },
      evaluations: {},
    });
    assert.deepEqual(groups['Lower lobe of right lung'], {
      trackingUid: trackingUid(exampleFacts, 'RLL'),
      segment: 3,
      finding: '112001',
      sites: ['266005'],
      sides: [],
      measurements: {
        'involvement-percent': [52.9, '%'],
        'opacity-volume': [529, 'mL'],
        'lung-volume': [1000, 'mL'],
        'lobe-score': [4, '{score}'],
      },
      evaluations: {},
    });
    assert.deepEqual(groups['Opacities in the left lung'].measurements['involvement-percent-left'], [
      12,
      '%',
    ]);
    // No lung was found there: no percentage, which would read as healthy.
    assert.deepEqual(Object.keys(groups['Lower lobe of left lung'].measurements), [
      'opacity-volume',
      'lung-volume',
      'lobe-score',
    ]);
    assert.deepEqual(groups.Classification.measurements, {
      'probability-covid-19': [0.27, '1'],
      'probability-other-infection': [0.7, '1'],
      'probability-no-imaging-signs': [0.03, '1'],
    });
    assert.deepEqual(groups.Classification.evaluations, { classification: 'pattern-other-infection' });
    assert.deepEqual(groups['CT severity'].evaluations, { 'severity-band': 'band-moderate' });
  });

  it('is the same, byte by byte, of the same input', () => {
    for (const [index, { bytes }] of allObjects(exampleFacts).entries()) {
      assert.ok(Buffer.from(bytes).equals(allObjects(exampleFacts)[index]?.bytes ?? Buffer.alloc(0)));
    }
  });
});
