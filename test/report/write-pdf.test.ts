import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Language, languages } from '../../src/config-report.ts';
import type { ReportContent } from '../../src/report/report-content.ts';
import { encodePictures, type ReportImage } from '../../src/report/report-images.ts';
import { textsIn } from '../../src/report/texts.ts';
import { writePdf } from '../../src/report/write-pdf.ts';
import { readPdf, withoutPoppler } from '../support/poppler.ts';
import { exampleContent, examplePictures, hostileContent } from './example-report.ts';

const images = encodePictures(examplePictures());
const pdfOf = (language: Language, content: ReportContent = exampleContent, shown = images) =>
  writePdf(content, shown, language);
/** As it stands on the pages; a run of spaces, of whichever width, is one. */
const textOf = (pdf: Uint8Array) => readPdf(pdf, 'pdftotext', '-layout').replace(/[^\S\n\f]+/g, ' ');
const lineWith = (text: string, label: string) =>
  text
    .split('\n')
    .filter((line) => line.includes(label))
    .join('\n');

describe('the report as PDF', { skip: withoutPoppler }, () => {
  it('says every number of the findings, in English', async () => {
    const text = textOf(await pdfOf('en'));
    // By hand from the example; percent to one decimal, probabilities to three, volumes to 1 mL.
    for (const [label, numbers] of [
      ['Both lungs', '34.4% 1,445 4,200'],
      ['Right lung', '33.1% 760 2,300'],
      ['Left lung', '36.0% 684 1,900'],
      ['Right upper lobe', '31.2% 281 900 3'],
      ['Right middle lobe', '4.1% 17 400 1'],
      ['Right lower lobe', '52.9% 529 1,001 4'],
      ['Left upper lobe', '12.0% 120 1,002 2'],
      ['Left lower lobe', '60.3% 543 899 4'],
      ['COVID-19', '0.870'],
      ['Other infection', '0.100'],
      ['No imaging signs', '0.030'],
      ['14 of 25', 'moderate'],
      ['none 0', 'mild 1–5 moderate 6–14 severe 15–25'],
      ['9 Nov 2026', '8.2% 6 0.0.9 *'],
      ['16 Nov 2026', '41.7% 17 0.1.0'],
      ['23 Nov 2026', '34.4% 14 this result'],
      ['Most affected slice', 'z = −143.5 mm'],
    ] as const) {
      assert.ok(lineWith(text, label).includes(numbers), `${label}: ${lineWith(text, label)}`);
    }
  });

  it('says them as each language writes them', async () => {
    const german = textOf(await pdfOf('de'));
    for (const [label, numbers] of [
      ['Beide Lungen', '34,4 % 1.445 4.200'],
      ['Linker Unterlappen', '60,3 % 543 899 4'],
      ['COVID-19', '0,870'],
      ['14 von 25', 'mittelgradig'],
      ['09.11.2026', '8,2 % 6 0.0.9 *'],
      ['02.01.1950', '02.01.1950'],
    ] as const) {
      assert.ok(lineWith(german, label).includes(numbers), `${label}: ${lineWith(german, label)}`);
    }
    assert.ok(lineWith(textOf(await pdfOf('fr')), 'Lobe inférieur gauche').includes('60,3 % 543 899 4'));
    assert.ok(lineWith(textOf(await pdfOf('it')), 'Lobo medio').includes('4,1% 17 400 1'));
  });

  it('names patient, study, models and what made it', async () => {
    const text = textOf(await pdfOf('en'));
    for (const part of [
      'Muster, Dr. Erika Maria',
      'MRN-42',
      '2 Jan 1950',
      'female · 76 years',
      'ACC-1',
      '23 Nov 2026, 04:59 (local time)',
      'CT Thorax nativ',
      '3 · Thorax 1.0 Br60',
      '275 slices · 0.78 × 0.78 × 1 mm',
      'St. Example Hospital',
      'Lobar 0.1.0',
      'Issued: 23 Nov 2026, 04:10 UTC',
      'lungs-lobes-phantom 0.1.0 aaaaaaaaaaaaaaaa… cpu',
      'Intended use: Software testing and integration. Training data: 285 generated phantoms.',
      'The models were trained on generated phantoms and have no clinical validity.',
      'The age of the patient is not known; the models are for adults.',
      'Study UID: 1.2.826.0.1.3680043.8.498.1',
      'Series UID: 1.2.826.0.1.3680043.8.498.1.2',
      'Result key: 0b4ca294-53ce-558d-a0f2-e0b1ac937642',
    ]) {
      assert.ok(text.includes(part), part);
    }
  });

  it('is one page of A4, tagged, in its language, with its fonts, below 1 MB', async () => {
    for (const language of languages) {
      const pdf = await pdfOf(language);
      assert.ok(pdf.length < 1_000_000, `${pdf.length} bytes`);
      const info = readPdf(pdf, 'pdfinfo');
      assert.match(info, /^Pages: +1$/m);
      assert.match(info, /^Tagged: +yes$/m);
      assert.match(info, /^Page size: .*\(A4\)$/m);
      assert.match(info, new RegExp(`^Title: +${textsIn(language).title}$`, 'm'));
      assert.ok(Buffer.from(pdf).includes(`/Lang (${language})`));
      const fonts = readPdf(pdf, 'pdffonts').trim().split('\n').slice(2);
      assert.equal(fonts.length, 2);
      for (const font of fonts)
        assert.match(font, /^[A-Z]{6}\+NotoSans-.* yes yes yes /, 'embedded, subset, Unicode');
    }
  });

  it('shortens no text of its own in any language', async () => {
    for (const language of languages)
      assert.equal(
        textOf(await pdfOf(language)).split('…').length - 1,
        3,
        `${language}: the checksums alone`,
      );
  });

  it('has the number of the image as the PACS counts them, and no coordinate without one', async () => {
    const numbered = images.map((image) =>
      image.view.kind === 'transverse'
        ? { ...image, view: { ...image.view, image: 275 - image.view.index } }
        : image,
    );
    // The caption of a small picture takes two lines.
    const text = textOf(await pdfOf('fr', exampleContent, numbered));
    assert.match(text, /Coupe la plus atteinte, image 155, z = −143,5 mm/);
    assert.match(
      text,
      /Tiers supérieur, image 55, Tiers moyen, image 135, Tiers inférieur, image 215, Coronale Sagittale\s+z = −43,5 mm z = −123,5 mm z = −203,5 mm/,
    );
    assert.doesNotMatch(text, /[xy] = /);
    assert.match(lineWith(textOf(await pdfOf('en')), 'Upper zone'), /Upper zone, z = −43.5 mm/);
  });

  it('is one page where the pipeline has its name and there are warnings, and its time is whole', async () => {
    const warnings = exampleContent.warnings.flatMap((warning) => [warning, warning]);
    const algorithm = { name: 'Lobar COVID-19 chest CT pipeline', version: '0.1.0' };
    for (const language of languages) {
      const pdf = await pdfOf(language, { ...exampleContent, site: '', algorithm, warnings, previous: [] });
      assert.match(readPdf(pdf, 'pdfinfo'), /^Pages: +1$/m, language);
      assert.match(textOf(pdf), /0?4:10 UTC/, language);
    }
  });

  it('says beside the numbers that there are warnings, and which classes there are', async () => {
    const german = textOf(await pdfOf('de'));
    assert.match(german, /2 Warnungen der Analyse: siehe unten\.[\s\S]*34,4 %/);
    assert.match(german, /Nur drei Klassen: Tumor, Ödem und anderes gehören nicht dazu\./);
    assert.doesNotMatch(textOf(await pdfOf('de', { ...exampleContent, warnings: [] })), /Warnung/);
  });

  it('sets a space before a colon in French', async () => {
    const text = textOf(await pdfOf('fr', { ...exampleContent, warnings: [] }));
    assert.match(text, /Établi le : 23 nov\. 2026/);
    assert.match(text, /Usage prévu : /);
    assert.doesNotMatch(text.replace(/\d\d:\d\d/g, ''), /\p{L}:/u);
  });

  it('is read to who does not see it: headings, tables with their heads, and what the pictures show', async () => {
    const pdf = await pdfOf('en');
    const structure = readPdf(pdf, 'pdfinfo', '-struct-text').replace(/\s+/g, ' ');
    assert.match(structure, /Document H1 \(block\) "AI analysis of chest CT"/);
    assert.match(structure, /TH: \/Scope \/Row "Left lower lobe" TD "60\.3%" TD "543" TD "899" TD "4"/);
    assert.match(structure, /"Imaging pattern most consistent with COVID-19 pneumonia\."/);
    // Eight pictures and the lines of the trend.
    assert.equal(structure.split('Figure').length - 1, 9);
    assert.equal(Buffer.from(pdf).toString('latin1').split('/Alt ').length - 1, 9);
  });

  it('says on every page that it is preliminary and not verified, whatever the content', async () => {
    const registered = exampleContent.models.map((model) => ({
      ...model,
      trainingData: 'One hospital.',
      udi: { deviceIdentifier: '04012345678901' },
    }));
    for (const language of languages) {
      const { status, title } = textsIn(language);
      for (const content of [
        exampleContent,
        hostileContent(),
        { ...exampleContent, models: registered, warnings: [], previous: [] },
        { ...exampleContent, models: [] },
      ]) {
        const pages = textOf(await pdfOf(language, content, []))
          .split('\f')
          .slice(0, -1);
        assert.ok(pages.length > 0);
        for (const page of pages) {
          assert.equal(page.split(status).length - 1, 2, 'at the head and at the foot');
          assert.ok(page.includes(title));
        }
      }
    }
  });

  it('is for research, unless every model is a registered device', async () => {
    const device = { deviceIdentifier: '04012345678901' };
    const [first, ...others] = exampleContent.models.map((model) => ({
      ...model,
      trainingData: 'One hospital.',
    }));
    assert.ok(first);
    const text = async (models: ReportContent['models']) =>
      textOf(await pdfOf('en', { ...exampleContent, models }, []));
    const all = await text([first, ...others].map((model) => ({ ...model, udi: device })));
    assert.doesNotMatch(all, /research use/);
    assert.match(all, /UDI-DI 04012345678901/);
    assert.match(
      await text([first, ...others.map((model) => ({ ...model, udi: device }))]),
      /For research use only\./,
    );
  });

  it('has no table of earlier results where there are none, and marks those of another version', async () => {
    assert.match(textOf(await pdfOf('en')), /Earlier results[\s\S]*\* Other version of the algorithm/);
    const { previous, ...first } = exampleContent;
    assert.doesNotMatch(textOf(await pdfOf('en', { ...first, previous: [] })), /Earlier results/);
    const same = previous.map((one) => ({ ...one, algorithmVersion: '0.1.0' }));
    assert.doesNotMatch(textOf(await pdfOf('en', { ...first, previous: same })), /Other version/);
  });

  it('shortens what is too long, and has it in full on the next page, with every warning', async () => {
    const pdf = await pdfOf('de', hostileContent());
    const pages = textOf(pdf).split('\f');
    assert.equal(pages.length, 3, 'two, and what follows the last form feed');
    const [first = '', second = ''] = pages;
    const [, left] = /(\d+) weitere Warnungen auf Seite 2\./.exec(first) ?? [];
    const numbersOn = (page: string) => [...page.matchAll(/\(warning-(\d+)\)/g)].map(([, n]) => Number(n));
    assert.equal(numbersOn(second).length, Number(left));
    assert.deepEqual(
      [...numbersOn(first), ...numbersOn(second)].sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    assert.match(first, /8 Texte wurden gekürzt \(…\): vollständig auf Seite 2\./);
    assert.ok(
      first.replace(/\s+/g, '').includes('-Kowalska,Anna<script>alert("1")</script>'),
      'the whole name',
    );
    assert.ok(second.replace(/\s+/g, ' ').includes('testing 2. Trainingsdaten: 285 generated phantoms.'));
  });

  it('sets boxes for letters that the font lacks, keeps the order of digits, and the letters to copy', async () => {
    const subject = { ...exampleContent.subject, patientId: 'מט-12345', patientName: '山田^太郎' };
    const pdf = await pdfOf('en', { ...exampleContent, subject }, []);
    const text = textOf(pdf);
    assert.match(text, /12345/);
    assert.ok(text.includes('山田, 太郎'));
  });

  it('is the same, byte by byte, of the same content, wherever it is made', async () => {
    const here = await pdfOf('es', hostileContent());
    const { TZ } = process.env;
    process.env['TZ'] = 'Pacific/Auckland';
    try {
      assert.ok(Buffer.from(await pdfOf('es', hostileContent())).equals(here));
    } finally {
      if (TZ === undefined) delete process.env['TZ'];
      else process.env['TZ'] = TZ;
    }
    const later = { ...hostileContent(), issuedAt: '2026-11-23T04:11:00Z' };
    assert.ok(!Buffer.from(await pdfOf('es', later)).equals(here));
  });

  it('is one page with whichever pictures there are', async () => {
    for (const shown of [
      [],
      images.slice(0, 1),
      images.slice(1),
      images.slice(0, 6),
    ] satisfies ReportImage[][]) {
      assert.match(readPdf(await pdfOf('fr', exampleContent, shown), 'pdfinfo'), /^Pages: +1$/m);
    }
  });
});
