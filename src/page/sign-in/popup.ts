/** Signing in again beside the page, so that what it shows is kept. */

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

/** Opens it, and waits for the answer that carries this state. @throws Error where no window can be opened, or it was closed */
export async function answerBeside(url: URL, state: string): Promise<URL> {
  const popup = window.open(url, '_blank', 'popup,width=520,height=680');
  if (popup === null) throw new Error('the browser opened no window for it');
  const channel = new BroadcastChannel(channelName);
  try {
    return await new Promise<URL>((resolve, reject) => {
      const closed = setInterval(() => {
        if (!popup.closed) return;
        clearInterval(closed);
        // What it sent before it closed may still be on its way.
        setTimeout(() => reject(new Error('the window was closed')), 2000);
      }, 500);
      channel.onmessage = ({ data }: MessageEvent<string>) => {
        const answered = new URL(data);
        if (answered.searchParams.get('state') !== state) return;
        clearInterval(closed);
        resolve(answered);
      };
    });
  } finally {
    channel.close();
  }
}
