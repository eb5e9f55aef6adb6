import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { followAnalysis } from '../../src/page/service/follow-analysis.ts';
import { problemOf, ServiceProblem } from '../../src/page/service/service-problem.ts';

const hooks = { onQueued: () => {}, onProgress: () => {} };
const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Cut into chunks of seven bytes, as a network may. */
async function* stream(...events: string[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(events.join(''));
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

const piece = (name: string, part: number, parts: number, text: string) =>
  event('document', {
    ...{ kind: 'pdf', name, title: 'Report', contentType: 'application/pdf', size: 7, part, parts },
    data: Buffer.from(text).toString('base64'),
  });

describe('An analysis as the reading page follows it', () => {
  it('puts documents together of their pieces', async () => {
    const { analysis, documents } = await followAnalysis(
      stream(
        event('progress', { stage: 'find', fraction: 1 }),
        piece('report.pdf', 1, 2, 'a\0c'),
        piece('report.pdf', 2, 2, 'déf'),
        event('analysis', { id: '7' }),
      ),
      hooks,
    );
    assert.equal(analysis.id, '7');
    assert.deepEqual(
      documents.map(({ name }) => name),
      ['report.pdf'],
    );
    assert.equal(await documents[0]?.blob.text(), 'a\0cdéf');
    assert.equal(documents[0]?.blob.type, 'application/pdf');
  });

  it('takes no document that is incomplete, out of order or of another size', async () => {
    const analysis = event('analysis', { id: '7' });
    const first = piece('report.pdf', 1, 2, 'a\0c');
    const second = piece('report.pdf', 2, 2, 'déf');
    const wrong: Readonly<Record<string, string[]>> = {
      incomplete: [first, analysis],
      'out of order': [second, first, analysis],
      'not begun': [second, analysis],
      'twice the same': [first, first, analysis],
      'of another': [first, piece('other.pdf', 2, 2, 'déf'), analysis],
      'too short': [piece('report.pdf', 1, 1, 'abc'), analysis],
    };
    for (const [name, events] of Object.entries(wrong)) {
      await assert.rejects(
        followAnalysis(stream(...events), hooks),
        { code: 'service-answer-invalid' },
        name,
      );
    }
  });

  it('throws what the service says, in its own sentence', async () => {
    const said = { status: 502, code: 'pacs-unreachable', title: 'PACS unreachable', detail: 'It runs not.' };
    await assert.rejects(followAnalysis(stream(event('problem', said)), hooks), (error) => {
      assert.ok(error instanceof ServiceProblem);
      assert.deepEqual([error.code, error.detail], ['pacs-unreachable', 'It runs not.']);
      return true;
    });
  });

  it('says so when the stream ends too soon', async () => {
    await assert.rejects(followAnalysis(stream(event('progress', { stage: 'find', fraction: 0 })), hooks), {
      code: 'service-broke-off',
    });
  });

  it('takes the time to wait from Retry-After, and stands an answer of something else', () => {
    assert.equal(problemOf(503, '{"code":"at-capacity","detail":"Full."}', '12').retryAfterSeconds, 12);
    const proxy = problemOf(502, '<html>Bad Gateway</html>', null);
    assert.deepEqual([proxy.code, proxy.status, proxy.retryAfterSeconds], ['http-502', 502, undefined]);
  });
});
