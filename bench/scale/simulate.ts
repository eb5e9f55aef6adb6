import { Autoscaler, type Demand } from './autoscaler.ts';
import { EventQueue } from './event-queue.ts';
import { type Attempt, Fleet, type Pod } from './fleet.ts';
import { Line } from './line.ts';
import { SharedLink } from './shared-link.ts';
import type { Moment, SimulationResult, SimulationSettings, StudyOutcome } from './simulation.ts';
import type { StudyDraw } from './study-draw.ts';

type Event =
  | { readonly kind: 'asked' | 'found' | 'inferred' | 'published' | 'gave-up'; readonly attempt: Attempt }
  | { readonly kind: 'ready' | 'drained'; readonly pod: Pod }
  | { readonly kind: 'look' };

const daySeconds = 86_400;
/** Whom a 503 turned away comes again after so long. */
const againSeconds = 10;

/** Runs a day of studies through pods, a queue and an autoscaler, until the last one is published. */
export function simulate(studies: readonly StudyDraw[], settings: SimulationSettings): SimulationResult {
  return new Simulation(studies, settings).run();
}

class Simulation {
  readonly #settings: SimulationSettings;
  readonly #events = new EventQueue<Event>();
  readonly #queue = new Line<Attempt>();
  readonly #fleet: Fleet;
  readonly #link: SharedLink<Attempt>;
  readonly #autoscaler: Autoscaler;
  readonly #outcomes: StudyOutcome[] = [];
  readonly #refused: number[];
  /** In the order in which they are asked for. */
  readonly #coming: readonly StudyDraw[];
  #came = 0;
  readonly #moments: Moment[] = [];
  #now = 0;
  /** As Prometheus saw it at the last look. */
  #demand: Demand = { inFlight: 0, jobs: 0 };
  #left: number;
  #podSeconds = 0;
  #inferenceSeconds = 0;

  constructor(studies: readonly StudyDraw[], settings: SimulationSettings) {
    this.#settings = settings;
    this.#fleet = new Fleet(settings.pod);
    this.#link = new SharedLink(settings.link);
    this.#autoscaler = new Autoscaler(settings.autoscaler);
    this.#left = studies.length;
    this.#refused = studies.map(() => 0);
    this.#coming = studies.toSorted((a, b) => a.askedAt - b.askedAt);
    const initialPods = settings.initialPods ?? settings.autoscaler.minReplicas;
    for (let pods = 0; pods < initialPods; pods += 1) this.#fleet.makeReady(this.#fleet.create(0));
    this.#events.add(0, { kind: 'look' });
  }

  run(): SimulationResult {
    while (this.#left > 0 || this.#now < daySeconds) {
      const asked = this.#coming[this.#came]?.askedAt ?? Number.POSITIVE_INFINITY;
      const [link, event] = [this.#link.nextAt, this.#events.nextAt];
      this.#now = Math.min(asked, link, event);
      if (asked === this.#now) this.#comes();
      else if (link === this.#now) this.#retrieved();
      else this.#on(this.#events.take()?.event);
    }
    return {
      outcomes: this.#outcomes,
      moments: this.#moments,
      podSeconds: this.#podSeconds,
      inferenceSeconds: this.#inferenceSeconds,
    };
  }

  #comes(): void {
    const study = this.#coming[this.#came];
    if (study === undefined) return;
    this.#asked({ study, index: this.#came, earlier: 0, submittedAt: this.#now, ...notBegun });
    this.#came += 1;
  }

  #on(event: Event | undefined): void {
    if (event === undefined) throw new Error('Studies are left and nothing will happen.');
    if (event.kind === 'look') this.#look();
    else if ('pod' in event) {
      if (event.kind === 'ready') this.#isReady(event.pod);
      else this.#isDrained(event.pod);
    } else if (event.kind === 'asked') this.#asked(event.attempt);
    else if (event.kind === 'gave-up') this.#gaveUp(event.attempt);
    else if (!event.attempt.isOver) this.#went(event.kind, event.attempt);
  }

  #went(kind: 'found' | 'inferred' | 'published', attempt: Attempt): void {
    if (kind === 'found') {
      attempt.isRetrieving = true;
      this.#link.start(this.#now, attempt, attempt.study.bytes);
    } else if (kind === 'inferred') this.#inferred(attempt);
    else this.#published(attempt);
  }

  #asked(attempt: Attempt): void {
    if (attempt.study.interactive) this.#askPod(attempt);
    else {
      this.#queue.add(attempt);
      this.#deal();
    }
  }

  /** What somebody waits for goes to the pod whose turn it is, and waits there. */
  #askPod(attempt: Attempt): void {
    const pod = this.#fleet.nextByTurn();
    if (pod !== undefined && pod.freePlaces > 0) this.#begin(pod, attempt);
    else if (pod !== undefined && pod.line.length < this.#settings.pod.waiting) {
      pod.line.add(attempt);
      attempt.pod = pod;
      this.#events.add(this.#now + this.#settings.pod.waitSeconds, { kind: 'gave-up', attempt });
    } else this.#refuse(attempt);
  }

  #gaveUp(attempt: Attempt): void {
    if (attempt.isOver || attempt.begunAt >= 0) return;
    attempt.pod?.line.remove(attempt);
    this.#refuse(attempt);
  }

  #refuse(attempt: Attempt): void {
    attempt.isOver = true;
    this.#refused[attempt.index] = (this.#refused[attempt.index] ?? 0) + 1;
    const again = { ...attempt, ...notBegun };
    this.#events.add(this.#now + againSeconds, { kind: 'asked', attempt: again });
  }

  /** Jobs of the queue to the places that ask for them. */
  #deal(): void {
    while (this.#queue.length > 0) {
      const pod = this.#fleet.nextAsking();
      if (pod === undefined) return;
      const attempt = this.#queue.take();
      if (attempt !== undefined) this.#begin(pod, attempt);
    }
  }

  #begin(pod: Pod, attempt: Attempt): void {
    attempt.begunAt = this.#now;
    this.#fleet.take(pod, attempt);
    this.#events.add(this.#now + attempt.study.findSeconds, { kind: 'found', attempt });
  }

  #retrieved(): void {
    const attempt = this.#link.finish(this.#now);
    const pod = attempt?.pod;
    if (attempt === undefined || pod === undefined) return;
    attempt.isRetrieving = false;
    attempt.retrievedAt = this.#now;
    if (pod.inferring === undefined) this.#infer(pod, attempt);
    else pod.toInfer.add(attempt);
  }

  #infer(pod: Pod, attempt: Attempt): void {
    pod.inferring = attempt;
    pod.inferringSince = this.#now;
    attempt.workerWaitSeconds = this.#now - attempt.retrievedAt;
    this.#events.add(this.#now + attempt.study.inferenceSeconds, { kind: 'inferred', attempt });
  }

  #inferred(attempt: Attempt): void {
    const { pod, study } = attempt;
    if (pod === undefined) return;
    this.#inferenceSeconds += study.inferenceSeconds;
    pod.inferring = undefined;
    const next = pod.toInfer.take();
    if (next !== undefined) this.#infer(pod, next);
    this.#events.add(this.#now + study.publishSeconds, { kind: 'published', attempt });
  }

  #published(attempt: Attempt): void {
    const { pod, study, submittedAt, begunAt, workerWaitSeconds, earlier } = attempt;
    if (pod === undefined) return;
    attempt.isOver = true;
    this.#left -= 1;
    this.#outcomes.push({
      study,
      waitSeconds: begunAt - submittedAt,
      workerWaitSeconds,
      doneAt: this.#now,
      begun: earlier + 1,
      refused: this.#refused[attempt.index] ?? 0,
    });
    this.#freed(pod, attempt);
  }

  #freed(pod: Pod, attempt: Attempt): void {
    this.#fleet.free(pod, attempt);
    const waits = pod.state === 'ready' || pod.state === 'draining' ? pod.line.take() : undefined;
    if (waits !== undefined) this.#begin(pod, waits);
    else if (pod.state === 'draining' && pod.running.size === 0) this.#fleet.remove(this.#now, pod);
    else this.#deal();
  }

  #look(): void {
    const { autoscaler } = this.#settings;
    const pods = this.#fleet.current.length;
    const wanted = this.#autoscaler.decide(this.#now, this.#demand, pods);
    for (let more = pods; more < wanted; more += 1) this.#startPod();
    for (let fewer = pods; fewer > wanted; fewer -= 1) this.#endPod();
    const inFlight = this.#fleet.inFlight;
    this.#demand = { inFlight, jobs: this.#queue.length + this.#fleet.jobs };
    this.#moments.push({
      at: this.#now,
      readyPods: this.#fleet.readyCount,
      heldPods: this.#fleet.held,
      waiting: this.#queue.length,
      inFlight,
      bytes: this.#link.transferred,
    });
    if (this.#now <= daySeconds) this.#podSeconds = this.#fleet.podSeconds(this.#now);
    this.#events.add(this.#now + autoscaler.pollSeconds, { kind: 'look' });
  }

  #startPod(): void {
    const pod = this.#fleet.create(this.#now);
    this.#events.add(this.#now + this.#settings.pod.startSeconds, { kind: 'ready', pod });
  }

  #isReady(pod: Pod): void {
    if (pod.state !== 'starting') return;
    this.#fleet.makeReady(pod);
    this.#deal();
  }

  #endPod(): void {
    const pod = this.#fleet.leastUseful();
    if (pod === undefined) return;
    this.#fleet.drain(pod);
    if (pod.running.size === 0) this.#fleet.remove(this.#now, pod);
    else this.#events.add(this.#now + this.#settings.pod.drainSeconds, { kind: 'drained', pod });
  }

  /** What a pod did not finish in time is done again by another one. */
  #isDrained(pod: Pod): void {
    if (pod.state === 'gone') return;
    if (pod.inferring !== undefined) this.#inferenceSeconds += this.#now - pod.inferringSince;
    for (const attempt of pod.running) this.#doAgain(attempt);
    for (let waits = pod.line.take(); waits !== undefined; waits = pod.line.take()) this.#refuse(waits);
    this.#fleet.remove(this.#now, pod);
    this.#deal();
  }

  #doAgain(attempt: Attempt): void {
    attempt.isOver = true;
    const again = { ...attempt, ...notBegun, earlier: attempt.earlier + 1 };
    if (attempt.isRetrieving) this.#link.stop(this.#now, attempt);
    if (again.study.interactive) this.#events.add(this.#now, { kind: 'asked', attempt: again });
    else this.#queue.putBack(again);
  }
}

const notBegun = {
  pod: undefined,
  begunAt: -1,
  isRetrieving: false,
  retrievedAt: 0,
  workerWaitSeconds: 0,
  isOver: false,
} as const;
