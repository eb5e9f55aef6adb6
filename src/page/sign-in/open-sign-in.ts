import * as oauth from 'oauth4webapi';
import type { SignInPlan } from '../service/api.ts';
import type { Credentials } from '../service/open-service.ts';
import { ServiceProblem } from '../service/service-problem.ts';
import {
  type AccessToken,
  type BegunSignIn,
  beginSignIn,
  endOfSession,
  finishSignIn,
  type Issuer,
  openIssuer,
} from './authorization-code.ts';
import { answerBeside, handedOver, openBeside, popupState } from './popup.ts';

export interface SignIn {
  readonly credentials: Credentials;
  /** Whether anybody has to sign in at all. */
  readonly needed: boolean;
  readonly signedIn: boolean;
  /** Leaves the page for the issuer. */
  begin(): Promise<void>;
  /** Signs in again beside the page; one that was begun before is given up. Another reader gets a page with nothing in it. */
  renew(): Promise<void>;
  /** Leaves the page, and ends the session at the issuer too where it has a way to (RP-Initiated Logout). */
  signOut(): Promise<void>;
}

/** Of sessionStorage: verifier and state of a sign-in for which the page was left. The token is in memory alone. */
const storedAt = 'lobar-sign-in';

/**
 * Signing in by the plan of the service. Back from the issuer, the token is fetched, and the address is as before.
 *
 * @param onChange - called when the reader is signed in, or no longer
 * @returns undefined in a window that was opened to sign in beside another, which ends now
 * @throws ServiceProblem
 */
export async function openSignIn(plan: SignInPlan, onChange: () => void): Promise<SignIn | undefined> {
  if (plan.kind !== 'oidc') return nobodyAsked;
  const { clientId, scope = 'openid' } = plan;
  const issuerUrl = plan.issuer;
  if (clientId === undefined || issuerUrl === undefined) throw pageUnknown;
  const here = new URL(location.href);
  if (handedOver(here)) return undefined;

  let issuer: Promise<Issuer> | undefined;
  const redirectUri = new URL(location.pathname, location.origin).href;
  const ask = () => {
    issuer ??= openIssuer(issuerUrl, { clientId, scope, redirectUri }).catch((error: unknown) => {
      issuer = undefined;
      throw error;
    });
    return issuer;
  };
  let token: string | undefined;
  let reader: AccessToken['reader'];
  let renewing = new AbortController();
  let end: ReturnType<typeof setTimeout> | undefined;
  const set = (next: AccessToken | undefined) => {
    clearTimeout(end);
    token = next?.token;
    // Whose page it is stays known when the token has ended.
    if (next !== undefined) reader = next.reader;
    const seconds = next?.expiresInSeconds;
    if (seconds !== undefined) end = setTimeout(() => set(undefined), Math.min(seconds * 1000, 2 ** 31 - 1));
    onChange();
  };

  const stored = sessionStorage.getItem(storedAt);
  sessionStorage.removeItem(storedAt);
  if (here.searchParams.has('state')) {
    history.replaceState(null, '', redirectUri);
    if (stored !== null) {
      const answer = await finishSignIn(await ask(), here, JSON.parse(stored) as BegunSignIn);
      set(answer);
    }
  }

  return {
    credentials: {
      authorization: () => (token === undefined ? undefined : `Bearer ${token}`),
      refused: () => {
        if (token !== undefined) set(undefined);
      },
    },
    needed: true,
    get signedIn() {
      return token !== undefined;
    },
    async begin() {
      const { url, begun } = await beginSignIn(await ask(), oauth.generateRandomState());
      sessionStorage.setItem(storedAt, JSON.stringify(begun));
      location.assign(url);
    },
    async renew() {
      renewing.abort();
      renewing = new AbortController();
      const { signal } = renewing;
      const beside = openBeside();
      try {
        const known = await ask();
        const { url, begun } = await beginSignIn(known, popupState(oauth.generateRandomState()));
        signal.throwIfAborted();
        beside.location.href = url.href;
        const next = await finishSignIn(known, await answerBeside(begun.state, signal), begun);
        // What stands on the page is for whom it was: another reader, or one who cannot be told, begins anew.
        if (next.reader === undefined || next.reader.sub !== reader?.sub) {
          // Emptied, so that nothing on it asks whether to stay.
          document.body.replaceChildren();
          location.reload();
        } else set(next);
      } catch (thrown) {
        beside.close();
        throw thrown;
      }
    },
    async signOut() {
      const end = await ask()
        .then((known) => endOfSession(known, reader?.idToken))
        .catch(() => undefined);
      if (end === undefined) location.reload();
      else location.assign(end);
    },
  };
}

const nobodyAsked: SignIn = {
  credentials: { authorization: () => undefined, refused: () => {} },
  needed: false,
  signedIn: true,
  begin: async () => {},
  renew: async () => {},
  signOut: async () => {},
};

const pageUnknown = new ServiceProblem({
  status: 401,
  code: 'sign-in-not-configured',
  title: 'Nobody can sign in',
  detail:
    'This service wants access tokens, but the page is not known to their issuer. Whoever runs it sets page.clientId.',
});
