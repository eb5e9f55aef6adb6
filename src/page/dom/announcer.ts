import { element } from './element.ts';

export interface Announcer {
  readonly region: HTMLElement;
  /** Has a screen reader say this when it has said what it is saying. */
  say(text: string): void;
}

/** A live region (ARIA 1.2, `status`) that is there for a screen reader alone. */
export function openAnnouncer(): Announcer {
  const region = element('p', { role: 'status', 'aria-live': 'polite', class: 'unseen' });
  return {
    region,
    say(text) {
      region.textContent = text;
    },
  };
}
