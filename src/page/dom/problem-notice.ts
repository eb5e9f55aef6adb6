import { ServiceProblem } from '../service/service-problem.ts';
import { button, element } from './element.ts';

/**
 * What went wrong, in the service's own sentence and code, with a button that tries it again. Where the service named a
 * time (Retry-After), the button counts it down.
 */
export function problemNotice(thrown: unknown, retry?: () => void): HTMLElement {
  const { title, detail, code, requestId, retryAfterSeconds } = ServiceProblem.of(thrown);
  const again = retry && button('Try again', retry, { class: 'primary' });
  if (again && retryAfterSeconds) countDown(again, retryAfterSeconds);
  return element(
    'section',
    { class: 'problem', role: 'alert' },
    element('h2', { tabindex: -1 }, title),
    element('p', {}, detail),
    element(
      'p',
      { class: 'quiet' },
      element('code', {}, code),
      requestId === undefined ? '' : ` · request ${requestId}`,
    ),
    again,
  );
}

/** Puts the focus on the heading, where what had it is gone. */
export function focusProblem(place: Element): void {
  const isLost = document.activeElement === null || document.activeElement === document.body;
  if (isLost) place.querySelector<HTMLElement>('.problem h2')?.focus();
}

function countDown(again: HTMLButtonElement, seconds: number): void {
  let left = Math.ceil(seconds);
  const text = again.textContent ?? '';
  again.disabled = true;
  const tick = () => {
    again.textContent = left > 0 ? `${text} in ${left} s` : text;
    if (left > 0) return;
    again.disabled = false;
    clearInterval(timer);
  };
  const timer = setInterval(() => {
    left -= 1;
    tick();
  }, 1000);
  tick();
}
