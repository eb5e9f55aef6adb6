import { button, element } from './dom/element.ts';
import { statusLine } from './result/texts.ts';

/** The views of the page. Their names stand in the address; nothing else does. */
export type ViewName = 'worklist' | 'files' | 'analysis';

export interface Shell {
  readonly main: HTMLElement;
  show(name: ViewName): void;
  /** The view that was shown before the analysis. */
  back(): void;
}

/**
 * Header, navigation and the place for the views. Views stay as they are while another is shown.
 *
 * @param signOut - where somebody is signed in
 */
export function openShell(
  views: Readonly<Record<ViewName, HTMLElement>>,
  region: HTMLElement,
  signOut: (() => void) | undefined,
): Shell {
  const names = Object.keys(views) as ViewName[];
  const titles: Readonly<Record<ViewName, string>> = {
    worklist: 'Worklist',
    files: 'Files',
    analysis: 'Analysis',
  };
  const main = element('main', { id: 'main', tabindex: -1 }, ...names.map((name) => views[name]));
  const links = names.map((name) => {
    return { name, link: element('a', { href: `#${name}`, hidden: name === 'analysis' }, titles[name]) };
  });
  let before: ViewName = 'worklist';
  let started = false;

  const apply = () => {
    const asked = location.hash.slice(1);
    const known = names.find((name) => name === asked) ?? 'worklist';
    const current = known === 'analysis' && !started ? 'worklist' : known;
    if (current !== 'analysis') before = current;
    for (const { name, link } of links) {
      views[name].hidden = name !== current;
      link.ariaCurrent = name === current ? 'page' : null;
      if (name === 'analysis') link.hidden = !started;
    }
    document.title = `${titles[current]} – Lobar`;
  };
  window.addEventListener('hashchange', apply);
  const show = (name: ViewName) => {
    if (name === 'analysis') started = true;
    if (location.hash !== `#${name}`) location.hash = name;
    apply();
  };
  document.body.replaceChildren(
    element('a', { class: 'skip', href: '#main', on: { click: skipTo(main) } }, 'Skip to the content'),
    element(
      'header',
      { class: 'top' },
      element('h1', {}, 'Lobar'),
      element('nav', { 'aria-label': 'Views' }, ...links.map(({ link }) => link)),
      signOut && button('Sign out', signOut),
    ),
    main,
    element('footer', {}, statusLine),
    region,
  );
  apply();
  return { main, show, back: () => show(before) };
}

/** The address names the view, so the link of its own moves the focus alone. */
function skipTo(main: HTMLElement): (event: MouseEvent) => void {
  return (event) => {
    event.preventDefault();
    main.focus();
  };
}
