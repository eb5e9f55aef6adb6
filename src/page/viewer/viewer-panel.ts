import { lobeColours, opacityColour, type Rgb } from '../../pipeline/lobe-colours.ts';
import { lobeNames } from '../../pipeline/statements.ts';
import { lobes } from '../../pipeline/types.ts';
import { button, element, fill, labelledSelect } from '../dom/element.ts';
import type { ReceivedDocument } from '../service/api.ts';
import { mmText } from '../text/mm-text.ts';
import { marksLayer } from './marks-layer.ts';
import type { VolumeScene } from './open-volume-scene.ts';
import {
  firstOpacity,
  type Overlay,
  type Plane,
  planes,
  type WindowPreset,
  windowPresets,
} from './presets.ts';
import { keyboardOf } from './viewer-keys.ts';

export interface ViewerPanel {
  readonly view: HTMLElement;
  close(): void;
}

/** A viewer of the CT with what was found in it, or a sentence where there is nothing to show. */
export function viewerPanel(documents: readonly ReceivedDocument[]): ViewerPanel {
  const blobOf = (name: string) => documents.find((one) => one.name === name)?.blob;
  const [ct, lobesBlob, opacities] = [
    blobOf('ct.nii.gz'),
    blobOf('lobes.nii.gz'),
    blobOf('opacities.nii.gz'),
  ];
  const view = element('section', { class: 'viewer', 'aria-label': 'Images' });
  let scene: VolumeScene | undefined;
  let closed = false;
  const open = async (blob: Blob) => {
    fill(view, element('p', { class: 'waiting' }, 'Opening the images …'));
    // The numbers stand on the page first: to open the images may take a slow machine a while.
    await painted();
    if (closed) return;
    const canvas = element('canvas', { class: 'scene' });
    const { layer, show } = marksLayer();
    const stage = element('div', { class: 'stage' }, canvas, layer);
    const status = element('output', { class: 'where' });
    const slider = element('input', { type: 'range', min: 1, max: 1, step: 1, 'aria-label': 'Slice' });
    const onMove = () => {
      if (scene !== undefined) showPosition(scene, slider, status);
    };
    try {
      // Large, so it is loaded when there is something to view.
      const { openVolumeScene } = await import('./open-volume-scene.ts');
      fill(view, stage);
      const volumes = { ct: blob, lobes: lobesBlob, opacities };
      const opened = await openVolumeScene(canvas, volumes, { onMove, onDraw: show });
      if (closed) return opened.close();
      scene = opened;
      setUp(view, stage, canvas, { scene: opened, slider, status });
      onMove();
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      fill(view, element('p', { class: 'empty' }, `The images cannot be shown here: ${why}`));
    }
  };
  if (ct === undefined) fill(view, element('p', { class: 'empty' }, 'No images came with this result.'));
  else void open(ct);
  return {
    view,
    close() {
      closed = true;
      scene?.close();
    },
  };
}

/** When the page has been painted; in a tab that is not seen, which never is, at once. */
function painted(): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

interface Parts {
  readonly scene: VolumeScene;
  readonly slider: HTMLInputElement;
  readonly status: HTMLOutputElement;
}

function setUp(view: HTMLElement, stage: HTMLElement, canvas: HTMLCanvasElement, parts: Parts): void {
  const { scene, slider, status } = parts;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute(
    'aria-label',
    'CT images. Up and down arrows change the slice, page keys ten slices, plus and minus zoom, 0 resets, M goes to the most affected slice.',
  );
  const plane = choice<Plane>('Plane', planes, 'axial', (chosen) => {
    scene.setPlane(chosen);
    for (const one of [slider, ...window.buttons]) one.disabled = chosen === 'volume';
    // Several planes have no one outline: they are filled, whatever is chosen for one.
    style.select.disabled = chosen === 'volume' || chosen === 'all';
    style.select.value = style.select.disabled || isFilled ? 'filled' : 'outline';
  });
  let isFilled = false;
  const texts = Object.fromEntries(Object.entries(windowPresets).map(([name, { text }]) => [name, text]));
  const window = choice<WindowPreset>(
    'Window',
    texts as Record<WindowPreset, string>,
    'lung',
    scene.setWindow,
  );
  slider.addEventListener('input', () => scene.goTo(Number(slider.value)));
  const keys = keyboardOf(scene, () => plane.value() === 'volume');
  canvas.addEventListener('keydown', keys, { capture: true });
  // NiiVue scrolls through slices by the wheel; with Ctrl a browser means zoom.
  canvas.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      event.stopPropagation();
      scene.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
    },
    { capture: true, passive: false },
  );
  const style = labelledSelect(
    'Drawn',
    [
      ['outline', 'as outlines'],
      ['filled', 'filled'],
    ],
    { name: 'drawn' },
  );
  style.select.addEventListener('change', () => {
    isFilled = style.select.value === 'filled';
    scene.setFilled(isFilled);
  });
  const overlays = element(
    'div',
    { class: 'overlays', role: 'group', 'aria-label': 'Overlays' },
    scene.overlays.has('opacities') &&
      overlayControl(scene, 'opacities', 'Opacities', firstOpacity.opacities),
    scene.overlays.has('lobes') && overlayControl(scene, 'lobes', 'Lobes', firstOpacity.lobes),
    style.field,
  );
  fill(
    view,
    element('div', { class: 'toolbar' }, plane.group, window.group),
    stage,
    element(
      'div',
      { class: 'toolbar' },
      slider,
      status,
      button('Most affected', () => void scene.toMostAffected(), {
        disabled: !scene.overlays.has('opacities'),
        'aria-keyshortcuts': 'M',
      }),
      button('+', () => scene.zoom(1.25), { 'aria-label': 'Zoom in' }),
      button('−', () => scene.zoom(0.8), { 'aria-label': 'Zoom out' }),
      button('Reset', scene.reset),
    ),
    overlays,
    legend(scene),
  );
  scene.toMostAffected();
}

function showPosition(scene: VolumeScene, slider: HTMLInputElement, status: HTMLOutputElement): void {
  const { slice, slices, axis, mm, hu } = scene.position();
  slider.max = String(slices);
  slider.value = String(slice);
  const at = mm === undefined ? '' : `${axis} = ${mmText(mm)}`;
  slider.ariaValueText = at;
  status.value = hu === undefined ? at : `${at}, ≈ ${String(hu).replace('-', '−')} HU`;
}

/** Buttons of which one is pressed. */
function choice<Name extends string>(
  label: string,
  texts: Readonly<Record<Name, string>>,
  first: Name,
  onChoose: (name: Name) => void,
): {
  readonly group: HTMLElement;
  readonly buttons: readonly HTMLButtonElement[];
  readonly value: () => Name;
} {
  let value = first;
  const names = Object.keys(texts) as Name[];
  const buttons = names.map((name) => {
    const choose = () => {
      value = name;
      buttons.forEach((one, index) => {
        one.ariaPressed = String(names[index] === name);
      });
      onChoose(name);
    };
    return button(texts[name], choose, { 'aria-pressed': String(name === first) });
  });
  const group = element('div', { class: 'choice-buttons', role: 'group', 'aria-label': label }, ...buttons);
  return { group, buttons, value: () => value };
}

function overlayControl(scene: VolumeScene, overlay: Overlay, text: string, opacity: number): HTMLElement {
  const shown = element('input', { type: 'checkbox', checked: true });
  const range = element('input', {
    type: 'range',
    min: 0.1,
    max: 1,
    step: 0.1,
    value: opacity,
    'aria-label': `How opaque ${text.toLowerCase()} are`,
  });
  const update = () => scene.setOverlay(overlay, shown.checked ? Number(range.value) : 0);
  shown.addEventListener('change', update);
  range.addEventListener('input', update);
  const label = element('label', { class: 'check' }, shown, element('span', {}, text));
  return element('div', { class: 'overlay' }, label, range);
}

function legend({ overlays }: VolumeScene): HTMLElement {
  const entry = (text: string, rgb: Rgb) => {
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.backgroundColor = `rgb(${rgb.join(' ')})`;
    return element('li', {}, swatch, text);
  };
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Colours' },
    overlays.has('opacities') && entry('Opacities', opacityColour),
    ...(overlays.has('lobes') ? lobes.map((lobe) => entry(lobeNames[lobe], lobeColours[lobe])) : []),
  );
}
