import type { VolumeScene } from './open-volume-scene.ts';

/** What the keys do while the images have the focus. Keys of NiiVue's own never reach it. */
export function keyboardOf(scene: VolumeScene, inVolume: () => boolean): (event: KeyboardEvent) => void {
  const planeKeys: Readonly<Record<string, () => void>> = {
    ArrowUp: () => scene.step(1),
    ArrowRight: () => scene.step(1),
    ArrowDown: () => scene.step(-1),
    ArrowLeft: () => scene.step(-1),
    PageUp: () => scene.step(10),
    PageDown: () => scene.step(-10),
    Home: () => scene.goTo(1),
    End: () => scene.goTo(scene.position().slices),
  };
  const volumeKeys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => scene.turn(-10, 0),
    ArrowRight: () => scene.turn(10, 0),
    ArrowUp: () => scene.turn(0, 10),
    ArrowDown: () => scene.turn(0, -10),
  };
  const common: Readonly<Record<string, () => void>> = {
    '+': () => scene.zoom(1.25),
    '=': () => scene.zoom(1.25),
    '-': () => scene.zoom(0.8),
    '0': () => scene.reset(),
    m: () => void scene.toMostAffected(),
    M: () => void scene.toMostAffected(),
  };
  return (event) => {
    // The browser keeps its own: Tab, and whatever comes with Ctrl, Alt or Meta.
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    event.stopPropagation();
    const keys = { ...(inVolume() ? volumeKeys : planeKeys), ...common };
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
}
