import { element } from '../dom/element.ts';
import type { Analysis, ReceivedDocument } from '../service/api.ts';

export interface Downloads {
  readonly view: HTMLElement;
  /** Frees what the links hold. */
  close(): void;
}

/** Links that save the documents, and open those that a browser shows. */
export function downloads(analysis: Analysis, documents: readonly ReceivedDocument[]): Downloads {
  const urls: string[] = [];
  const link = (text: string, blob: Blob, name: string, opens = false) => {
    const href = URL.createObjectURL(blob);
    urls.push(href);
    const target = opens ? { target: '_blank', rel: 'noopener' } : { download: name };
    return element('a', { class: 'button', href, ...target }, text);
  };
  const { bundle } = analysis;
  const ofKind = (kind: ReceivedDocument['kind']) => documents.filter((one) => one.kind === kind);
  const links = [
    ...ofKind('pdf').flatMap(({ blob, name }) => [
      link('Open PDF', blob, name, true),
      link('Save PDF', blob, name),
    ]),
    ...ofKind('html').map(({ blob, name }) => link('Save HTML report', blob, name)),
    ...ofKind('png').map(({ blob, name }) => link('Save pictures (PNG)', blob, name)),
    ...(bundle ? [link('FHIR Bundle', json(bundle, 'application/fhir+json'), 'bundle.fhir.json')] : []),
    link('Analysis (JSON)', json(analysis, 'application/json'), 'analysis.json'),
  ];
  const unfolding = (kind: ReceivedDocument['kind'], text: string) => {
    const all = ofKind(kind).map(({ blob, name, title }) => link(title, blob, name));
    return all.length > 0 && menu(text, all);
  };
  return {
    view: element(
      'div',
      { class: 'downloads', role: 'group', 'aria-label': 'Documents' },
      ...links,
      unfolding('dicom', 'DICOM objects'),
      unfolding('volumes', 'Volumes (NIfTI)'),
    ),
    close: () => urls.forEach((url) => void URL.revokeObjectURL(url)),
  };
}

/** DICOM SEG, SR and the like: there are many, so they unfold. */
function menu(text: string, links: readonly HTMLElement[]): HTMLElement {
  return element(
    'details',
    { class: 'menu' },
    element('summary', { class: 'button' }, `${text} (${links.length})`),
    element('div', {}, ...links),
  );
}

function json(value: object, type: string): Blob {
  return new Blob([JSON.stringify(value, undefined, 2)], { type });
}
