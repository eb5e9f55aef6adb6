import { button, element } from './element.ts';

export interface Question {
  readonly title: string;
  readonly text: string;
  /** What it is about: names and values. */
  readonly facts?: readonly (readonly [name: string, value: string])[];
  readonly yes: string;
  readonly no: string;
}

/** Asks in a dialog. Escape, and the signal when there is nothing to ask any more, mean no. */
export function ask({ title, text, facts = [], yes, no }: Question, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (said: boolean) => () => {
      resolve(said);
      dialog.close();
    };
    const dialog = element(
      'dialog',
      {
        class: 'question',
        'aria-labelledby': 'question',
        'aria-describedby': facts.length > 0 ? 'question-text question-facts' : 'question-text',
        on: { close: () => end() },
      },
      element('h2', { id: 'question' }, title),
      element('p', { id: 'question-text' }, text),
      facts.length > 0 &&
        element(
          'dl',
          { id: 'question-facts', class: 'subject' },
          ...facts.map(([name, value]) =>
            element('div', {}, element('dt', {}, name), element('dd', {}, value)),
          ),
        ),
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
