/** As KEDA and a HorizontalPodAutoscaler (autoscaling/v2) have it. */
export interface AutoscalerSettings {
  /** Between two looks. */
  readonly pollSeconds: number;
  /** What one pod is there for, of each trigger; the one that needs more pods decides. */
  readonly perPod: Demand;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** No change while the need is within so much of what is there. */
  readonly tolerance: number;
  /** Within a period the larger of the two may be added. */
  readonly up: { readonly pods: number; readonly percent: number; readonly periodSeconds: number };
  /** Down to the highest need of the window; within a period the larger of the two may go. */
  readonly down: {
    readonly stabilisationSeconds: number;
    readonly pods: number;
    readonly percent: number;
    readonly periodSeconds: number;
  };
}

export interface Demand {
  /** Analyses at work or waiting in pods (lobar_requests_in_flight). */
  readonly inFlight: number;
  /** Jobs of the queue, waiting or at work. */
  readonly jobs: number;
}

interface Moment {
  readonly at: number;
  readonly pods: number;
}

/** Decides how many pods there should be, look by look. */
export class Autoscaler {
  readonly #settings: AutoscalerSettings;
  #needs: Moment[] = [];
  /** Changes of the number of pods, negative where there were fewer. */
  #changes: Moment[] = [];

  constructor(settings: AutoscalerSettings) {
    this.#settings = settings;
  }

  /**
   * @param current - pods, those that start included
   */
  decide(now: number, demand: Demand, current: number): number {
    const { perPod, minReplicas, maxReplicas, down } = this.#settings;
    const byTrigger = [
      this.#needOf(demand.inFlight, perPod.inFlight, current),
      this.#needOf(demand.jobs, perPod.jobs, current),
    ];
    const need = clamp(Math.max(...byTrigger), minReplicas, maxReplicas);
    this.#needs = this.#needs.filter(({ at }) => at > now - down.stabilisationSeconds);
    this.#needs.push({ at: now, pods: need });
    const stabilised = this.#needs.reduce((most, { pods }) => Math.max(most, pods), 0);
    if (need > current) return this.#change(now, current, Math.min(need, this.#mostUp(now, current)));
    if (stabilised < current)
      return this.#change(now, current, Math.max(stabilised, this.#leastDown(now, current)));
    return current;
  }

  #needOf(demand: number, perPod: number, current: number): number {
    const isEnough = Math.abs(demand / (perPod * current) - 1) <= this.#settings.tolerance;
    return isEnough ? current : Math.ceil(demand / perPod);
  }

  #mostUp(now: number, current: number): number {
    const { pods, percent, periodSeconds } = this.#settings.up;
    const added = this.#changed(now - periodSeconds, (change) => change > 0);
    const before = current - added;
    return Math.max(before + pods, Math.ceil(before * (1 + percent / 100)));
  }

  #leastDown(now: number, current: number): number {
    const { pods, percent, periodSeconds } = this.#settings.down;
    const before = current - this.#changed(now - periodSeconds, (change) => change < 0);
    return Math.min(before - pods, Math.floor(before * (1 - percent / 100)));
  }

  #changed(since: number, counts: (change: number) => boolean): number {
    return this.#changes
      .filter(({ at, pods }) => at > since && counts(pods))
      .reduce((sum, { pods }) => sum + pods, 0);
  }

  #change(now: number, current: number, wanted: number): number {
    const { up, down } = this.#settings;
    const oldest = now - Math.max(up.periodSeconds, down.periodSeconds);
    this.#changes = this.#changes.filter(({ at }) => at > oldest);
    if (wanted !== current) this.#changes.push({ at: now, pods: wanted - current });
    return wanted;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
