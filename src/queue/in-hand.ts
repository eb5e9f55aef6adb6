import type { Delivery } from './line.ts';

/** Works on a delivery and gives three signs of life within the time after which whoever has it is taken for lost. */
export async function inHand<Result>(
  delivery: Pick<Delivery<unknown>, 'working'>,
  ackMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const heartbeat = setInterval(() => delivery.working(), ackMs / 3);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
  }
}
