import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Language, languages } from '../../src/config-report.ts';
import type { ReportSubject } from '../../src/report/report-content.ts';
import { encodePictures } from '../../src/report/report-images.ts';
import { textsIn } from '../../src/report/texts.ts';
import { writePdf } from '../../src/report/write-pdf.ts';
import { readPdf, withoutPoppler } from '../support/poppler.ts';
import { exampleContent, examplePictures } from './example-report.ts';

const pictures = encodePictures(examplePictures());
const pdfOf = (language: Language, change: Partial<ReportSubject>, shown: typeof pictures = []) =>
  writePdf({ ...exampleContent, subject: { ...exampleContent.subject, ...change } }, shown, language);
const spaced = (text: string) => text.replace(/\s+/g, ' ');
const textOf = (pdf: Uint8Array) => spaced(readPdf(pdf, 'pdftotext', '-layout'));
/** In the order of the structure, what is on the paper: no replacement of it. */
const paperOf = (pdf: Uint8Array) => spaced(readPdf(pdf, 'pdfinfo', '-struct-text').replace(/"\s+"/g, ''));
const pagesOf = (pdf: Uint8Array) => /^Pages: +(\d+)$/m.exec(readPdf(pdf, 'pdfinfo'))?.[1];

describe('who was scanned, in the PDF', { skip: withoutPoppler }, () => {
  it('is never boxes: a name that cannot be printed is a sentence, and the name itself to copy', async () => {
    for (const language of languages) {
      // The third: محمد صدر, which pdftotext gives from its last letter on.
      for (const [patientName, copied] of [
        ['山田^太郎', '山田, 太郎'],
        ['=山田^太郎=やまだ^たろう', '山田, 太郎 (やまだ, たろう)'],
        ['محمد^صدر', 'دمحم'],
      ] as const) {
        const pdf = await pdfOf(language, { patientName });
        const sentence = spaced(textsIn(language).nameNotPrintable);
        assert.ok(paperOf(pdf).includes(`LBody (block) "${sentence}"`), language);
        assert.ok(spaced(readPdf(pdf, 'pdftotext', '-raw')).includes(copied), `${language}: ${copied}`);
      }
    }
  });

  it('is the groups of a name that can be printed, and all of them to copy', async () => {
    const kanji = await pdfOf('en', { patientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう' });
    assert.match(paperOf(kanji), /LBody \(block\) "Yamada, Tarou"/);
    assert.ok(textOf(kanji).includes('Yamada, Tarou (山田, 太郎, やまだ, たろう)'));
    const greek = await pdfOf('en', { patientName: 'Papadopoulos^Nikos=Παπαδόπουλος^Νίκος' });
    assert.match(paperOf(greek), /LBody \(block\) "Papadopoulos, Nikos \(Παπαδόπουλος, Νίκος\)"/);
  });

  it('says that boxes stand for letters, and where they are to be read', async () => {
    const description = { studyDescription: '胸部CT' };
    assert.match(textOf(await pdfOf('de', description)), /: hier nicht druckbare Zeichen/);
    assert.doesNotMatch(textOf(await pdfOf('de', {})), /druckbar/);
  });

  it('is wrapped and never shortened where a name is long, on one page', async () => {
    const long = 'Müller-Lüdenscheidt von und zu Großenbergheim^Jürgen Maximilian Ägidius^^Prof. Dr.^';
    // What a group may hold at most: 64 characters (PS3.5 6.2), here in three alphabets that can be printed.
    const longest = ['ABCDEFG ', 'ΑΒΓΔΕΖΗ ', 'АБВГДЕЖ '].map((word) => word.repeat(8).trim()).join('=');
    for (const language of languages) {
      for (const [patientName, read] of [
        [long, 'Müller-Lüdenscheidt von und zu Großenbergheim, Prof. Dr. Jürgen Maximilian Ägidius'],
        [longest, `${'АБВГДЕЖ '.repeat(8).trim()})`],
      ] as const) {
        const pdf = await pdfOf(language, { patientName }, pictures);
        assert.ok(paperOf(pdf).includes(read), `${language}: ${read}`);
        assert.equal(pagesOf(pdf), '1', language);
      }
    }
  });

  it('says the zone of the images for all times, or that theirs is none and ours UTC', async () => {
    // 23 November 2026, 04:10 UTC.
    const paris = textOf(await pdfOf('en', { timezoneOffset: '+0100' }));
    assert.ok(paris.includes('Issued: 23 Nov 2026, 05:10 UTC+01:00'));
    assert.ok(paris.includes('23 Nov 2026, 04:59 UTC+01:00'));
    const newfoundland = textOf(await pdfOf('en', { timezoneOffset: '-0330' }));
    assert.ok(newfoundland.includes('Issued: 23 Nov 2026, 00:40 UTC-03:30'));
    const unknown = textOf(await pdfOf('de', {}));
    assert.ok(unknown.includes('Erstellt: 23.11.2026, 04:10 UTC'));
    assert.ok(unknown.includes('23.11.2026, 04:59 (Ortszeit)'));
  });

  it('has a dash for an age, a sex, a thickness or a kernel that is not known', async () => {
    const { patientAge: _, ...ageless } = exampleContent.subject;
    const content = { ...exampleContent, subject: ageless };
    assert.ok(textOf(await writePdf(content, [], 'fr')).includes('féminin · –'));
    const { patientSex: __, ...sexless } = exampleContent.subject;
    assert.ok(textOf(await writePdf({ ...content, subject: sexless }, [], 'fr')).includes('– · 76 ans'));
    assert.ok(
      textOf(await pdfOf('en', { sliceThicknessMm: 1.25 })).includes('3 · Thorax 1.0 Br60 · 1.25 mm · –'),
    );
  });

  it('names thickness and kernel of the series', async () => {
    const text = textOf(await pdfOf('de', { sliceThicknessMm: 1.5, convolutionKernel: 'Br60f\\3' }));
    assert.ok(text.includes('Serie · Schichtdicke · Kernel'));
    const paper = paperOf(await pdfOf('de', { sliceThicknessMm: 1.5, convolutionKernel: 'Br60f\\3' }));
    assert.ok(paper.replaceAll(' ', '').includes('3·Thorax1.0Br60·1,5mm·Br60f\\3'), paper);
  });
});
