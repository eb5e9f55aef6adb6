import { Line } from './line.ts';
import type { StudyDraw } from './study-draw.ts';

export interface PodSettings {
  /** limits.inFlight */
  readonly places: number;
  /** limits.waiting, of those that somebody waits for. */
  readonly waiting: number;
  /** limits.waitSeconds */
  readonly waitSeconds: number;
  /** limits.drainSeconds */
  readonly drainSeconds: number;
  /** From the decision to readiness: a node, the image, the process, its models. */
  readonly startSeconds: number;
}

/** One attempt at one study. */
export interface Attempt {
  readonly study: StudyDraw;
  /** Which it is of all studies. */
  readonly index: number;
  /** How many came before it. */
  readonly earlier: number;
  readonly submittedAt: number;
  pod: Pod | undefined;
  /** Negative while it waits. */
  begunAt: number;
  isRetrieving: boolean;
  retrievedAt: number;
  /** Between its images and its turn at the inference worker. */
  workerWaitSeconds: number;
  isOver: boolean;
}

export interface Pod {
  readonly createdAt: number;
  state: 'starting' | 'ready' | 'draining' | 'gone';
  freePlaces: number;
  /** Its entries among those that ask the queue for work, some of which may be out of date. */
  asking: number;
  /** Those that somebody waits for and that wait for a place. */
  readonly line: Line<Attempt>;
  readonly running: Set<Attempt>;
  inferring: Attempt | undefined;
  inferringSince: number;
  readonly toInfer: Line<Attempt>;
}

/** The pods, and whose turn it is to get work. */
export class Fleet {
  readonly #settings: PodSettings;
  readonly #pods = new Set<Pod>();
  /** One entry a free place: the queue gives work to the place that has asked for the longest time. */
  readonly #asking = new Line<Pod>();
  #turn = 0;
  #ready: Pod[] = [];
  #goneSeconds = 0;

  constructor(settings: PodSettings) {
    this.#settings = settings;
  }

  create(now: number): Pod {
    const pod: Pod = {
      createdAt: now,
      state: 'starting',
      freePlaces: this.#settings.places,
      asking: 0,
      line: new Line(),
      running: new Set(),
      inferring: undefined,
      inferringSince: 0,
      toInfer: new Line(),
    };
    this.#pods.add(pod);
    return pod;
  }

  makeReady(pod: Pod): void {
    pod.state = 'ready';
    this.#ready.push(pod);
    for (let place = 0; place < pod.freePlaces; place += 1) this.#ask(pod);
  }

  /** Those that there are meant to be: they start or work. */
  get current(): readonly Pod[] {
    return [...this.#pods].filter(({ state }) => state === 'starting' || state === 'ready');
  }

  /** All that hold a node: those that drain, too. */
  get held(): number {
    return this.#pods.size;
  }

  get readyCount(): number {
    return this.#ready.length;
  }

  /** At work or waiting in a pod. */
  get inFlight(): number {
    let sum = 0;
    for (const { running, line } of this.#pods) sum += running.size + line.length;
    return sum;
  }

  /** Of the queue, at work. */
  get jobs(): number {
    let sum = 0;
    for (const { running } of this.#pods) for (const { study } of running) sum += study.interactive ? 0 : 1;
    return sum;
  }

  /** Which goes when one has to: one that starts, else the youngest. */
  leastUseful(): Pod | undefined {
    const current = this.current;
    return current.findLast(({ state }) => state === 'starting') ?? current.at(-1);
  }

  /** Takes nothing more. */
  drain(pod: Pod): void {
    pod.state = 'draining';
    this.#ready = this.#ready.filter((other) => other !== pod);
  }

  remove(now: number, pod: Pod): void {
    pod.state = 'gone';
    if (this.#pods.delete(pod)) this.#goneSeconds += now - pod.createdAt;
  }

  /** How long all pods were there together, seconds. */
  podSeconds(now: number): number {
    let sum = this.#goneSeconds;
    for (const { createdAt } of this.#pods) sum += now - createdAt;
    return sum;
  }

  /** The one whose turn it is by the balancer, for what somebody waits for; undefined when none is ready. */
  nextByTurn(): Pod | undefined {
    this.#turn = (this.#turn + 1) % Math.max(1, this.#ready.length);
    return this.#ready[this.#turn];
  }

  /** The one with a free place that has asked the queue for the longest time. */
  nextAsking(): Pod | undefined {
    for (let pod = this.#asking.take(); pod !== undefined; pod = this.#asking.take()) {
      // A place that was given away past the queue left its entry behind.
      const isOutdated = pod.state !== 'ready' || pod.asking > pod.freePlaces;
      pod.asking -= 1;
      if (!isOutdated) return pod;
    }
    return undefined;
  }

  take(pod: Pod, attempt: Attempt): void {
    attempt.pod = pod;
    pod.freePlaces -= 1;
    pod.running.add(attempt);
  }

  free(pod: Pod, attempt: Attempt): void {
    pod.running.delete(attempt);
    pod.freePlaces += 1;
    if (pod.state === 'ready' && pod.asking < pod.freePlaces) this.#ask(pod);
  }

  #ask(pod: Pod): void {
    pod.asking += 1;
    this.#asking.add(pod);
  }
}
