export type Child = Node | string | number | undefined | false;

type Value = string | number | boolean | undefined;

/** Attributes by their names in HTML, and listeners by the names of their events. */
export interface Attributes {
  readonly [name: string]: Value | Readonly<Record<string, (event: never) => void>>;
  readonly on?: Readonly<Record<string, (event: never) => void>>;
}

/** An element with attributes and children. `false` and `undefined` leave an attribute or a child out; text is text. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'object') listen(made, value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...present(children));
  return made;
}

/** Replaces what an element holds. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(...present(children));
}

/** A button; without a listener it submits the form that it stands in. */
export function button(
  text: Child,
  onClick: ((event: MouseEvent) => void) | undefined,
  attributes: Attributes = {},
): HTMLButtonElement {
  const type = onClick === undefined ? 'submit' : 'button';
  return element('button', { type, ...attributes, ...(onClick ? { on: { click: onClick } } : {}) }, text);
}

/** A select with its label; `options` are values with their texts. */
export function labelledSelect(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  attributes: Attributes = {},
): { readonly field: HTMLLabelElement; readonly select: HTMLSelectElement } {
  const choices = options.map(([value, text]) => element('option', { value }, text));
  const select = element('select', attributes, ...choices);
  return { field: element('label', { class: 'field' }, element('span', {}, label), select), select };
}

/** A length between 0 and 1 for the style sheet, as the custom property --share: no style attribute, which the CSP forbids. */
export function withShare<One extends HTMLElement>(made: One, share: number): One {
  made.style.setProperty('--share', String(Math.min(1, Math.max(0, share))));
  return made;
}

function listen(target: EventTarget, listeners: Readonly<Record<string, (event: never) => void>>): void {
  for (const [name, listener] of Object.entries(listeners)) {
    target.addEventListener(name, listener as (event: Event) => void);
  }
}

function present(children: readonly Child[]): (Node | string)[] {
  return children
    .filter((child) => child !== undefined && child !== false)
    .map((child) => (typeof child === 'number' ? String(child) : child));
}
