/** What belongs to one installation in a NATS: all of it begins with queue.name. */
export interface NatsNames {
  readonly jobs: LineNames;
  readonly calls: LineNames;
  readonly deadLetters: { readonly stream: string; readonly subject: string };
  /** Buckets: what is known of jobs, and the ids that are known for longer. */
  readonly jobBucket: string;
  readonly keyBucket: string;
}

export interface LineNames {
  readonly stream: string;
  /** Followed by a dot and the id of a message. */
  readonly subject: string;
  /** Durable. */
  readonly consumer: string;
}

export function natsNames(name: string): NatsNames {
  return {
    jobs: { stream: `${name}-jobs`, subject: `${name}.jobs`, consumer: `${name}-workers` },
    calls: { stream: `${name}-callbacks`, subject: `${name}.calls`, consumer: `${name}-callers` },
    deadLetters: { stream: `${name}-dead-letters`, subject: `${name}.dead-letters` },
    jobBucket: `${name}-jobs`,
    keyBucket: `${name}-keys`,
  };
}

/** The stream that a key-value bucket is (NATS ADR-8). */
export function streamOfBucket(bucket: string): string {
  return `KV_${bucket}`;
}

/** Whether an id can stand in a subject and as a key: one from outside may hold anything, wildcards included. */
export function isKey(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id);
}
