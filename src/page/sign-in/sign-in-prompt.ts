import { button, element, fill } from '../dom/element.ts';
import { ServiceProblem } from '../service/service-problem.ts';
import type { SignIn } from './open-sign-in.ts';

export interface SignInPrompt {
  readonly dialog: HTMLDialogElement;
  /** Asks to sign in again where nobody is signed in any more, and goes away when somebody is. */
  update(): void;
}

/** The dialog that comes when a token has ended. The page behind it stays as it is, and is not to be read meanwhile. */
export function signInPrompt(signIn: SignIn): SignInPrompt {
  const failure = element('p', { role: 'alert' });
  const renew = () => {
    fill(failure);
    signIn.renew().catch((thrown: unknown) => {
      if (thrown instanceof DOMException) return;
      failure.textContent = ServiceProblem.of(thrown).detail;
    });
  };
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'sign-in-title', on: { cancel: (event: Event) => event.preventDefault() } },
    element('h2', { id: 'sign-in-title' }, 'Signed out'),
    element(
      'p',
      {},
      'Your sign-in has ended. Sign in again; what you have open is kept for you, and for nobody else.',
    ),
    failure,
    button('Sign in', renew, { class: 'primary' }),
  );
  const update = () => {
    if (signIn.signedIn) dialog.close();
    else if (!dialog.open) dialog.showModal();
  };
  return { dialog, update };
}
