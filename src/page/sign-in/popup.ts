/** Signing in again beside the page, so that what it shows is kept. */
import { ServiceProblem } from '../service/service-problem.ts';

const channelName = 'lobar-sign-in';
const popupPrefix = 'popup.';

/** A state (RFC 6749 10.12) that tells the page that it was opened to sign in beside another. */
export function popupState(random: string): string {
  return `${popupPrefix}${random}`;
}

/** In the page that was opened beside another: hands the answer of the issuer over and ends. @returns whether it is one */
export function handedOver(answered: URL): boolean {
  if (!answered.searchParams.get('state')?.startsWith(popupPrefix)) return false;
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(answered.href);
  channel.close();
  window.close();
  return true;
}

/**
 * A window in which to sign in, with nothing in it yet. Opened by a click and nothing else: some browsers block one that
 * comes after a wait.
 *
 * @throws ServiceProblem where none can be opened
 */
export function openBeside(): Window {
  const opened = window.open('about:blank', '_blank', 'popup,width=520,height=680');
  if (opened === null) throw noWindow;
  return opened;
}

/**
 * Waits for the answer that carries this state. Whether the window was closed is not to be known: an issuer may cut it off
 * from the page that opened it (Cross-Origin-Opener-Policy).
 *
 * @throws the reason of the signal
 */
export async function answerBeside(state: string, signal: AbortSignal): Promise<URL> {
  const channel = new BroadcastChannel(channelName);
  try {
    return await new Promise<URL>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      channel.onmessage = ({ data }: MessageEvent<string>) => {
        const answered = new URL(data);
        if (answered.searchParams.get('state') === state) resolve(answered);
      };
    });
  } finally {
    channel.close();
  }
}

const noWindow = new ServiceProblem({
  status: 401,
  code: 'window-blocked',
  title: 'No window to sign in',
  detail: 'The browser opened no window to sign in. Allow this page to open one, then sign in again.',
});
