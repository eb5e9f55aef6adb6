import { once } from 'node:events';

/** Resolves with the first SIGINT or SIGTERM; a second one ends the process as usual. */
export async function untilSignal(): Promise<string> {
  const controller = new AbortController();
  const { signal } = controller;
  const wait = async (name: 'SIGINT' | 'SIGTERM') => {
    await once(process, name, { signal });
    return name;
  };
  try {
    return await Promise.race(
      [wait('SIGINT'), wait('SIGTERM')].map((one) => one.catch(() => new Promise<never>(() => {}))),
    );
  } finally {
    controller.abort();
  }
}
