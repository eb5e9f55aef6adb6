import { get } from 'node:http';

/** One small request, so that the network code is loaded: node:http, whoever is measured. */
export async function warmUp(url: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get(new URL('/system', url), (answer) => {
      answer.resume().once('end', resolve).once('error', reject);
    }).once('error', reject);
  });
}
