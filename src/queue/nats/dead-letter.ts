import type { MsgHdrs } from '@nats-io/transport-node';
import { headers } from '@nats-io/transport-node';

/** What was given up. */
export interface DeadLetter<Body> {
  /** In the stream of dead letters. */
  readonly sequence: number;
  readonly id: string;
  /** Of the line, that was given up: empty where that is not known. */
  readonly message: string;
  /** Code of the error that it failed with. */
  readonly reason: string;
  /** ISO 8601. */
  readonly buried: string;
  /** Stream that it came from. */
  readonly line: string;
  /** Undefined where it cannot be opened. */
  readonly body: Body | undefined;
}

const name = {
  reason: 'Lobar-Reason',
  job: 'Lobar-Job',
  line: 'Lobar-Line',
  message: 'Lobar-Message',
} as const;

type Head = Pick<DeadLetter<unknown>, 'id' | 'reason' | 'line' | 'message'>;

export function letterHeaders({ id, reason, line, message }: Head): MsgHdrs {
  const written = headers();
  written.set(name.reason, reason);
  written.set(name.job, id);
  written.set(name.line, line);
  written.set(name.message, message);
  return written;
}

export function readLetterHeaders(written: MsgHdrs | undefined): Head {
  const read = (header: string) => written?.get(header) ?? '';
  return {
    ...{ id: read(name.job), reason: read(name.reason) },
    ...{ line: read(name.line), message: read(name.message) },
  };
}
