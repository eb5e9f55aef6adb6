/** Why there is no token: `refused` will not pass by itself, `unavailable` may. Holds nothing that was sent. */
export class NoToken extends Error {
  override readonly name = 'NoToken';
  readonly kind: 'refused' | 'unavailable';
  readonly problem: string;

  constructor(kind: NoToken['kind'], problem: string, cause?: unknown) {
    super(problem, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.problem = problem;
  }
}
