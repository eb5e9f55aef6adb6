import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { languages } from '../../src/config-report.ts';
import { encodePictures } from '../../src/report/report-images.ts';
import { textsIn } from '../../src/report/texts.ts';
import { writeHtml } from '../../src/report/write-html.ts';
import { exampleContent, examplePictures, hostileContent } from './example-report.ts';

const images = encodePictures(examplePictures());
const htmlOf = (language: (typeof languages)[number], content = exampleContent) =>
  Buffer.from(writeHtml(content, images, language)).toString('utf8');

describe('the report as HTML', () => {
  it('says the numbers in the language', () => {
    const html = htmlOf('de');
    assert.match(html, /^<!doctype html>\n<html lang="de">/);
    for (const number of ['34,4\u00a0%', '60,3\u00a0%', '0,870', '1.445', '4.200', '6–14', '0.0.9'])
      assert.ok(html.includes(number), number);
    assert.ok(html.includes('a'.repeat(64)), 'the whole checksum');
    assert.match(html, /<dt>Geburtsdatum<\/dt><dd><bdi>02\.01\.1950<\/bdi>/);
  });

  it('says at its head and its foot that it is preliminary and not verified, in every language', () => {
    for (const language of languages) {
      const html = htmlOf(language, { ...exampleContent, models: [], warnings: [] });
      assert.equal(html.split(textsIn(language).status).length - 1, 2);
    }
  });

  it('needs nothing from outside and runs nothing: its policy allows its own style and pictures alone', () => {
    const html = htmlOf('en');
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(html) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    assert.equal(
      policy.replaceAll('&#39;', "'"),
      `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    assert.doesNotMatch(html, /https?:|<script|<link|<iframe| style=| on\w+=/);
    assert.doesNotMatch(style, /url\(|@import/);
  });

  it('shows markup of others as text', () => {
    const html = htmlOf('fr', hostileContent());
    assert.doesNotMatch(html, /<script|<img src=x|<b>/);
    assert.match(html, /Anna&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/);
    assert.match(html, /&lt;img src=x onerror=alert\(1\)&gt;/);
    for (let i = 1; i <= 20; i++) assert.ok(html.includes(`(warning-${i})`), `warning ${i}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
    assert.doesNotMatch(html, /[\u0000-\u0008\u202a-\u202e]/);
    assert.ok(html.includes('山田, 太郎'), 'every group of a name');
  });

  it('says beside the numbers that there are warnings, and which classes there are', () => {
    const html = htmlOf('en');
    assert.match(html, /<p class="see">2 warnings of the analysis: see below\.<\/p>[\s\S]*34\.4%/);
    assert.match(html, /Three classes only: tumour, oedema and so on are not among them\./);
    assert.doesNotMatch(htmlOf('en', { ...exampleContent, warnings: [] }), /class="see"/);
  });

  it('sets a space before a colon in French', () => {
    const html = htmlOf('fr');
    assert.match(html, /Établi le\u00a0: 23 nov\. 2026/);
    assert.match(html, /Usage prévu\u00a0: <span/);
    assert.match(html, /<dt>Clé du résultat\u00a0:<\/dt>/);
  });

  it('says what each picture shows', () => {
    const html = htmlOf('nl');
    const alternatives = [
      ...html.matchAll(/<img src="data:image\/png;base64,[^"]+" width="\d+" height="\d+" alt="([^"]+)">/g),
    ];
    assert.equal(alternatives.length, 8);
    assert.match(alternatives[0]?.[1] ?? '', /^Transversale CT-coupe op z\s=\s−143,5\smm/);
  });

  it('is the same, byte by byte, of the same content', () => {
    assert.equal(htmlOf('it', hostileContent()), htmlOf('it', hostileContent()));
  });
});
