/** A letter as the lines that a pen draws, on a grid: x from 0, y from 0 (capitals' top) to 6 (baseline) to 8. */
export interface Glyph {
  readonly width: number;
  /** Each x0, y0, x1, y1 and so on; a single point is a dot. */
  readonly strokes: readonly (readonly number[])[];
}

/** What is above the baseline, in units of the grid. */
export const capHeight = 6;
/** Between two letters, in units of the grid. */
export const letterGap = 2;
const widthOfSpace = 2;

/** Two digits a point, x and y; a space lifts the pen. */
const drawn: Readonly<Record<string, string>> = {
  A: '062046 1434',
  B: '00063645443303 0030414233',
  C: '4130100105163645',
  D: '00062644422000',
  E: '40000646 0333',
  F: '400006 0333',
  G: '413010010516364543 4323',
  H: '0006 4046 0343',
  I: '0020 1016 0626',
  J: '4045361605',
  K: '0006 4004 2246',
  L: '000646',
  M: '0600234046',
  N: '06004640',
  O: '103041453616050110',
  P: '06003041423303',
  Q: '103041453616050110 2446',
  R: '06003041423303 2346',
  S: '413010010213334445361605',
  T: '0040 2026',
  U: '000516364540',
  V: '002640',
  W: '0016223640',
  X: '0046 4006',
  Y: '002340 2326',
  Z: '00400646',
  a: '4246 4332120305163645',
  b: '0006 0312324345361605',
  c: '4332120305163645',
  d: '4046 4332120305163645',
  e: '04444332120305163645',
  f: '30201116 0232',
  g: '42473818 4332120305163645',
  h: '0006 0312324346',
  i: '0206 00',
  j: '121708 10',
  k: '0006 3204 1436',
  l: '0006',
  m: '0206 03122326 23324346',
  n: '0206 0312324346',
  o: '123243453616050312',
  p: '0208 0312324345361605',
  q: '4248 4332120305163645',
  r: '0206 031232',
  s: '43321203143445361605',
  t: '10152636 0232',
  u: '0205163645 4246',
  v: '022642',
  w: '0216233642',
  x: '0246 4206',
  y: '0226 4218',
  z: '02420646',
  0: '103041453616050110',
  1: '112026 1636',
  2: '01103041420646',
  3: '0110304142334445361605 1333',
  4: '36300444',
  5: '400003334445361605',
  6: '413010010516364544331304',
  7: '004016',
  8: '130201103041423344453616050413 1333',
  9: '051636454130100102133342',
  '.': '06',
  ',': '1607',
  ':': '03 06',
  '-': '0333',
  '+': '0343 2125',
  '/': '4006',
  '%': '4006 0010110100 3545463635',
  '(': '10010516',
  ')': '00111506',
};

const glyphs = new Map(Object.entries(drawn).map(([character, lines]) => [character, read(lines)]));

function read(lines: string): Glyph {
  const strokes = lines.split(' ').map((stroke) => Array.from(stroke, Number));
  const width = Math.max(...strokes.flatMap((stroke) => stroke.filter((_, i) => i % 2 === 0)));
  return { width, strokes };
}

/** Above a small letter, by the mark that Unicode takes it apart into (NFD). */
const accents = new Map([
  ['\u0300', read('1021').strokes],
  ['\u0301', read('2130').strokes],
  ['\u0308', read('10 30').strokes],
]);

/** How a character of ASCII, or one with an accent, is drawn; one that this font lacks is a space. */
export function glyphOf(character: string): Glyph {
  const whole = glyphs.get(character);
  if (whole !== undefined) return whole;
  const [letter = '', mark = ''] = character.normalize('NFD');
  const [below, above] = [glyphs.get(letter), accents.get(mark)];
  if (below === undefined || above === undefined) return { width: widthOfSpace, strokes: [] };
  return { width: below.width, strokes: [...below.strokes, ...above] };
}
