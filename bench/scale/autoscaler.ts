/** As KEDA and a HorizontalPodAutoscaler (autoscaling/v2) have it. */
export interface AutoscalerSettings {
  /** Between two looks. */
  readonly pollSeconds: number;
  /** Analyses at work or waiting that one pod is there for. */
  readonly target: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** No change while the need is within so much of what is there. */
  readonly tolerance: number;
  /** Within a period the larger of the two may be added. */
  readonly up: { readonly pods: number; readonly percent: number; readonly periodSeconds: number };
  /** Down to the highest need of the window, by so many pods a period. */
  readonly down: {
    readonly stabilisationSeconds: number;
    readonly pods: number;
    readonly periodSeconds: number;
  };
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
   * @param demand - analyses at work or waiting
   * @param current - pods, those that start included
   */
  decide(now: number, demand: number, current: number): number {
    const { target, tolerance, minReplicas, maxReplicas, down } = this.#settings;
    const isEnough = Math.abs(demand / (target * current) - 1) <= tolerance;
    const need = clamp(isEnough ? current : Math.ceil(demand / target), minReplicas, maxReplicas);
    this.#needs = this.#needs.filter(({ at }) => at > now - down.stabilisationSeconds);
    this.#needs.push({ at: now, pods: need });
    const stabilised = this.#needs.reduce((most, { pods }) => Math.max(most, pods), 0);
    if (need > current) return this.#change(now, current, Math.min(need, this.#mostUp(now, current)));
    if (stabilised < current)
      return this.#change(now, current, Math.max(stabilised, this.#leastDown(now, current)));
    return current;
  }

  #mostUp(now: number, current: number): number {
    const { pods, percent, periodSeconds } = this.#settings.up;
    const added = this.#changed(now - periodSeconds, (change) => change > 0);
    const before = current - added;
    return Math.max(before + pods, Math.ceil(before * (1 + percent / 100)));
  }

  #leastDown(now: number, current: number): number {
    const { pods, periodSeconds } = this.#settings.down;
    return current - this.#changed(now - periodSeconds, (change) => change < 0) - pods;
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
