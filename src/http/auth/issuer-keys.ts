import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { OidcConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';

export interface IssuerKeysOptions extends Readonly<OidcConfig['keys']> {
  /** Reads the JWK Set anew. */
  readonly read: () => Promise<Readonly<Record<string, unknown>>>;
  /** The first failure after a success, and the first success after a failure (undefined). */
  readonly onChange: (failure: unknown) => void;
  /** Milliseconds that only go up. */
  readonly now?: (() => number) | undefined;
}

/** So long the last good set holds on. No token lives as long; who keeps an issuer away gains nothing beyond. */
const keptMs = 86_400_000;
/** After a failure the issuer is left alone for so long. */
const pauseSeconds = 5;

/**
 * The keys of an issuer, for jose: read when first needed, again when they are old, and when a token names one that
 * is not there (rotation), never more often than `refetchSeconds`. In an outage the last good set holds on. Nobody
 * waits for the issuer whose key is held: old keys are read again in the background.
 *
 * @returns a function that fails with jose's JWKSNoMatchingKey and JWKSMultipleMatchingKeys for a token that names
 *   no key of the issuer, or LobarError `issuer-unavailable` where that cannot be told
 */
export function issuerKeys(options: IssuerKeysOptions): JWTVerifyGetKey {
  const { read, onChange, now = () => performance.now() } = options;
  const maxAgeMs = options.maxAgeSeconds * 1000;
  const refetchMs = options.refetchSeconds * 1000;
  const pauseMs = Math.min(pauseSeconds * 1000, refetchMs);
  let held: { readonly find: JWTVerifyGetKey; readonly readAt: number } | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failed = false;
  let reading: Promise<void> | undefined;

  const ageMs = () => (held === undefined ? Number.POSITIVE_INFINITY : now() - held.readAt);

  /** Reads, where that may be done now; joins a reading that is under way. Never fails. */
  async function refresh(): Promise<void> {
    if (reading === undefined && now() - triedAt < (failed ? pauseMs : refetchMs)) return;
    reading ??= readOnce().finally(() => {
      triedAt = now();
      reading = undefined;
    });
    await reading;
  }

  async function readOnce(): Promise<void> {
    try {
      const set = await read();
      // It looks at the set itself, and fails for anything that is none.
      held = { find: createLocalJWKSet(set as unknown as JSONWebKeySet), readAt: now() };
      if (failed) onChange(undefined);
      failed = false;
    } catch (error) {
      if (!failed) onChange(error);
      failed = true;
    }
  }

  function unavailable(): LobarError {
    const retryAfterSeconds = Math.max(1, Math.ceil((triedAt + pauseMs - now()) / 1000));
    return new LobarError('issuer-unavailable', {}, { details: { retryAfterSeconds } });
  }

  return async (header, token) => {
    if (ageMs() >= keptMs) await refresh();
    else if (ageMs() >= maxAgeMs) void refresh();
    if (held === undefined || ageMs() >= keptMs) throw unavailable();
    try {
      return await held.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      // It may be a new key of the issuer, or nobody's.
      if (failed) throw unavailable();
      return held.find(header, token);
    }
  };
}
