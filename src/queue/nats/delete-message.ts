import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';

/** The message is not in the stream (any more). */
const notThere = 10043;

/**
 * Deletes one message, if it is there.
 *
 * By its number, and not as all of its subject: in NATS 2.9 such a purge puts every consumer behind the end of the stream,
 * so that what waits in it is given to nobody and what is at work is not given out again.
 */
export async function deleteMessage(
  manager: JetStreamManager,
  stream: string,
  sequence: number,
): Promise<void> {
  try {
    await manager.streams.deleteMessage(stream, sequence);
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof JetStreamApiError) || error.code !== notThere) throw error;
  }
}
