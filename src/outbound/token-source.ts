export interface TokenSource {
  /**
   * @throws NoToken; LobarError `config-invalid` (a secret, key or TLS file), `address-blocked`, `proxy-failed`,
   *   `shutting-down`
   */
  token(): Promise<string>;
  /** Asks for a new one the next time, if this is still the one that would be given. */
  discard(token: string): void;
  close(): Promise<void>;
}

export interface Token {
  readonly token: string;
  /** Infinity for one without expires_in: it is used until it is refused. */
  readonly lifeMs: number;
}

/** So long before its end a token is used no more: clocks differ, and a request takes a while to be judged. */
const marginMs = 30_000;

/**
 * One token for all who need it, renewed 30 s before it ends, or at nine tenths of its life if that is sooner.
 *
 * @param ask - for a new one; never called twice at once
 * @param now - milliseconds that only go up
 */
export function sharedToken(
  ask: () => Promise<Token>,
  now: () => number = () => performance.now(),
): Omit<TokenSource, 'close'> {
  let held: { readonly token: string; readonly until: number } | undefined;
  let asking: Promise<NonNullable<typeof held>> | undefined;

  async function renew(): Promise<NonNullable<typeof held>> {
    const asked = now();
    const { token, lifeMs } = await ask();
    return { token, until: asked + lifeMs - Math.min(marginMs, lifeMs / 10) };
  }

  return {
    async token() {
      if (held !== undefined && now() < held.until) return held.token;
      asking ??= renew().finally(() => {
        asking = undefined;
      });
      held = await asking;
      return held.token;
    },
    discard(token) {
      if (held?.token === token) held = undefined;
    },
  };
}
