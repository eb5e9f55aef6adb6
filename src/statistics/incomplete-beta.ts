/** Coefficients of the Lanczos approximation with g = 7, n = 9 (Godfrey 2001); good to 15 digits. */
const lanczosConstant = 0.99999999999980993;
const lanczos: readonly number[] = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function, for x >= 1/2. */
export function logGamma(x: number): number {
  const base = x + 6.5;
  const series = lanczos.reduce((sum, c, i) => sum + c / (x + i), lanczosConstant);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(series);
}

/**
 * Regularised incomplete beta function I_x(a, b), for x in [0, 1] and a, b >= 1/2: NIST DLMF 8.17.22, its
 * continued fraction by Lentz's method.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean only; above it the other tail is asked (DLMF 8.17.4).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a);
  return Math.exp(logFront) / continuedFraction(x, a, b);
}

const tiny = 1e-300;
const enough = 1e-15;
const maxTerms = 10_000;

/** 1 + d1/(1 + d2/(1 + ...)) */
function continuedFraction(x: number, a: number, b: number): number {
  let [value, c, d] = [1, 1, 0];
  for (let n = 1; n <= maxTerms; n++) {
    const term = termOf(n, x, a, b);
    d = 1 / awayFromZero(1 + term * d);
    c = awayFromZero(1 + term / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < enough) break;
  }
  return value;
}

function termOf(n: number, x: number, a: number, b: number): number {
  const m = Math.floor(n / 2);
  const bottom = (a + n - 1) * (a + n);
  return n % 2 === 0 ? (m * (b - m) * x) / bottom : (-(a + m) * (a + b + m) * x) / bottom;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
