import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readEvents, type ServerEvent } from '../../src/client/read-events.ts';

async function eventsOf(...chunks: readonly (string | Uint8Array)[]): Promise<ServerEvent[]> {
  const encoder = new TextEncoder();
  async function* body() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
  }
  const events: ServerEvent[] = [];
  for await (const event of readEvents(body())) events.push(event);
  return events;
}

const message = (data: string): ServerEvent => ({ event: 'message', data });

describe('a stream of events (WHATWG HTML 9.2.6)', () => {
  it('is read as the examples of the standard are', async () => {
    assert.deepEqual(await eventsOf('data: YHOO\ndata: +2\ndata: 10\n\n'), [message('YHOO\n+2\n10')]);
    // A comment; then two events, of which the second has only one space taken off; the last is not ended.
    assert.deepEqual(
      await eventsOf(
        ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event',
      ),
      [message('first event'), message('second event')],
    );
    assert.deepEqual(await eventsOf('data\n\ndata\ndata\n\ndata:'), [message(''), message('\n')]);
    assert.deepEqual(await eventsOf('data:test\n\ndata: test\n\n'), [message('test'), message('test')]);
    assert.deepEqual(await eventsOf('event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n'), [
      { event: 'add', data: '73857293' },
      { event: 'remove', data: '2153' },
    ]);
  });

  it('has lines that end with CRLF, LF or CR, also at the end of what arrived', async () => {
    for (const end of ['\r\n', '\n', '\r']) {
      const stream = ['event: progress', 'data: 1', 'data: 2', '', 'data: 3', '', ''].join(end);
      assert.deepEqual(await eventsOf(stream), [{ event: 'progress', data: '1\n2' }, message('3')]);
    }
    assert.deepEqual(await eventsOf('data: 1\r', '\ndata: 2\r\n\r', '\ndata: 3\r\r'), [
      message('1\n2'),
      message('3'),
    ]);
  });

  it('is the same however its bytes are cut, in the middle of a character too', async () => {
    const stream = '\ufeffevent: progress\r\ndata: {"stage":"Füße 🫁"}\r\n\r\n: alive\rdata: x\ndata: y\n\n';
    const whole = await eventsOf(stream);
    assert.deepEqual(whole, [{ event: 'progress', data: '{"stage":"Füße 🫁"}' }, message('x\ny')]);
    const bytes = new TextEncoder().encode(stream);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        assert.deepEqual(await eventsOf(...chunks), whole);
      }),
    );
  });

  it('has no event without data, and forgets the type of one', async () => {
    assert.deepEqual(await eventsOf('event: progress\n\ndata: 1\n\n'), [message('1')]);
    assert.deepEqual(await eventsOf('retry: 10\nunknown: x\n\n'), []);
  });

  it('is refused where an event does not end', async () => {
    const chunk = 'x'.repeat(2 ** 22);
    await assert.rejects(eventsOf('data: ', ...Array.from({ length: 17 }, () => chunk)), RangeError);
    await assert.rejects(eventsOf(...Array.from({ length: 17 }, () => `data: ${chunk}\n`)), RangeError);
  });
});
