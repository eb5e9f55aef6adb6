import { button, element } from './element.ts';

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
}

/** Asks in a dialog. Escape, and the signal when there is nothing to ask any more, mean no. */
export function ask({ title, text, yes, no }: Question, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (said: boolean) => () => {
      resolve(said);
      dialog.close();
    };
    const dialog = element(
      'dialog',
      { class: 'question', 'aria-labelledby': 'question', on: { close: () => end() } },
      element('h2', { id: 'question' }, title),
      element('p', {}, text),
      element(
        'div',
        { class: 'actions' },
        button(no, answer(false), { class: 'primary', autofocus: true }),
        button(yes, answer(true)),
      ),
    );
    const close = () => dialog.close();
    const end = () => {
      signal.removeEventListener('abort', close);
      dialog.remove();
      resolve(false);
    };
    document.body.append(dialog);
    dialog.showModal();
    if (signal.aborted) close();
    else signal.addEventListener('abort', close, { once: true });
  });
}
