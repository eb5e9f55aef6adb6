import { Gauge, type Registry } from 'prom-client';

/** Whether the queue can be reached, as it is with every scrape. */
export function queueUpGauge(registry: Registry, isUp: () => boolean): void {
  new Gauge({
    name: 'lobar_queue_up',
    help: '1 while the queue can be reached; always 1 for one of this process.',
    registers: [registry],
    collect() {
      this.set(isUp() ? 1 : 0);
    },
  });
}
