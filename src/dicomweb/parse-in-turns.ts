/** Below this JSON.parse takes a few milliseconds, and a dataset is parsed at once. */
const largeLength = 256 * 1024;
/** How much is looked at between two turns. */
const stepLength = 64 * 1024;

/** The items of a dataset's sequences lie in dataset, attribute and list of values (PS3.18 F.2.2). */
const itemDepth = 3;

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = Array.from('"\\{}[]', (one) =>
  one.charCodeAt(0),
);

/**
 * What JSON.parse makes of the text of a dataset; a large one is parsed item by item of its sequences with
 * `turn` in between. The metadata of a multi-frame image are megabytes in one dataset, and nearly all of that
 * is the items of one sequence, one a frame.
 *
 * @throws SyntaxError as JSON.parse, whose message quotes the text
 */
export async function parseInTurns(text: string, turn: () => Promise<void>): Promise<unknown> {
  if (text.length < largeLength) return JSON.parse(text);
  const { rest, items } = await cutItems(text, turn);
  const dataset: unknown = JSON.parse(rest);
  const parsed: unknown[] = [];
  for (const item of items) {
    parsed.push(JSON.parse(item));
    await turn();
  }
  putBack(dataset, parsed);
  return dataset;
}

/** The text with each item replaced by `{"item": its number}`, and the texts of the items. */
async function cutItems(
  text: string,
  turn: () => Promise<void>,
): Promise<{ readonly rest: string; readonly items: readonly string[] }> {
  const items: string[] = [];
  const rest: string[] = [];
  let [depth, inString, listOpen] = [0, false, false];
  let [restStart, itemStart, step] = [0, 0, stepLength];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at += 1;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (code === openBrace || code === openBracket) {
      if (depth === itemDepth - 1) listOpen = code === openBracket;
      if (depth === itemDepth && listOpen && code === openBrace) {
        rest.push(text.slice(restStart, at));
        itemStart = at;
      }
      depth += 1;
    } else if (code === closeBrace || code === closeBracket) {
      depth -= 1;
      if (depth === itemDepth && listOpen && code === closeBrace) {
        restStart = at + 1;
        rest.push(`{"item":${items.length}}`);
        items.push(text.slice(itemStart, restStart));
      }
    }
    if (at >= step) {
      step = at + stepLength;
      await turn();
    }
  }
  rest.push(text.slice(restStart));
  return { rest: rest.join(''), items };
}

function putBack(dataset: unknown, items: readonly unknown[]): void {
  for (const attribute of valuesOf(dataset)) {
    for (const list of valuesOf(attribute)) {
      if (!Array.isArray(list)) continue;
      for (const [index, value] of list.entries()) {
        // Every object in such a list was cut out: what stands there is its number.
        if (isObject(value)) list[index] = items[Number(value['item'])];
      }
    }
  }
}

function valuesOf(value: unknown): unknown[] {
  return isObject(value) || Array.isArray(value) ? Object.values(value) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
