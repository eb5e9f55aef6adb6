import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DocumentCollector } from '../../src/client/document-collector.ts';

const described = {
  kind: 'pdf',
  name: 'report.pdf',
  title: 'Report',
  contentType: 'application/pdf',
  size: 6,
};
// By hand: base64 of abc and def.
const first = { ...described, part: 1, parts: 2, data: 'YWJj' };
const second = { ...described, part: 2, parts: 2, data: 'ZGVm' };
const other = { ...described, kind: 'html', name: 'report.html', size: 3, part: 1, parts: 1, data: 'YWJj' };

const collected = (...parts: readonly unknown[]) => {
  const collector = new DocumentCollector();
  for (const part of parts) collector.add(typeof part === 'string' ? part : JSON.stringify(part));
  return collector.finish();
};

describe('documents of a stream', () => {
  it('are put together of their parts', () => {
    assert.deepEqual(
      collected(first, second, other).map(({ name, kind, bytes }) => [name, kind, String(bytes)]),
      [
        ['report.pdf', 'pdf', 'abcdef'],
        ['report.html', 'html', 'abc'],
      ],
    );
    assert.deepEqual(collected(), []);
    const empty = { ...other, size: 0, data: '' };
    assert.deepEqual(
      collected(empty).map(({ bytes }) => bytes.length),
      [0],
    );
  });

  it('are refused where a part is missing, comes twice or out of order, or is no part', () => {
    const invalid = { code: 'service-answer-invalid' };
    for (const [parts, what] of [
      [[first], /incomplete/],
      [[second], /out of order/],
      [[first, first], /out of order/],
      [[first, other], /out of order/],
      [[first, { ...second, parts: 3 }], /out of order/],
      [[first, { ...second, data: 'ZGU=' }], /not of the size that is told/],
      [['nonsense'], /no JSON/],
      [['null'], /without what says which it is/],
      [[{ ...first, name: 7 }], /without what says which it is/],
      [[{ ...first, part: 0.5 }], /without what says which it is/],
    ] as const) {
      assert.throws(() => collected(...parts), { ...invalid, message: what });
    }
  });
});
