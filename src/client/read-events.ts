export interface ServerEvent {
  /** Its type; `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
}

/** More than any Analysis with its Bundle, in UTF-16 code units. */
const longestEvent = 2 ** 26;

/**
 * The events of a text/event-stream (WHATWG HTML 9.2.6), however its bytes are cut into chunks. `id` and `retry`
 * are for a client that connects again, which this one does not. An event that the stream breaks off in is none.
 *
 * @throws RangeError for an event of more than 2^26 characters; what the body fails with
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  let event = '';
  let data: string[] = [];
  let length = 0;
  for await (const line of readLines(body)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
      event = '';
      data = [];
      length = 0;
      continue;
    }
    const { name, value } = field(line);
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
    length += value.length;
    if (length > longestEvent) throw tooLong();
  }
}

/** A comment, which begins with the colon, is a field without a name. */
function field(line: string): { readonly name: string; readonly value: string } {
  const colon = line.indexOf(':');
  if (colon < 0) return { name: line, value: '' };
  return { name: line.slice(0, colon), value: line.slice(colon + 1).replace(/^ /, '') };
}

/** Lines that end with CRLF, LF or CR; what follows the last end is none. */
async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // It drops a byte order mark at the beginning, as the standard asks.
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    // A line is long only where nothing of it has ended yet: it is not searched again for each of its chunks.
    if (!/[\r\n]/.test(text) && !pending.endsWith('\r')) {
      pending += text;
      if (pending.length > longestEvent) throw tooLong();
      continue;
    }
    const all = pending + text;
    // A CR at the end may be half of a CRLF.
    const whole = all.endsWith('\r') ? all.slice(0, -1) : all;
    const lines = whole.split(/\r\n|\r|\n/);
    pending = (lines.pop() ?? '') + all.slice(whole.length);
    yield* lines;
  }
  if (pending.endsWith('\r')) yield pending.slice(0, -1);
}

function tooLong(): RangeError {
  return new RangeError(`an event of more than ${longestEvent} characters`);
}
