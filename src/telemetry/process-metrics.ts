import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Often enough to see what blocks for 50 ms, seldom enough to cost nothing. */
const everyMs = 20;
const delaySeconds = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * What prom-client collects cannot be stopped (an observer of the garbage collection, a monitor of the event loop):
 * once a process, to its end, however many services it opens.
 */
let collected: Registry | undefined;

/**
 * prom-client's own metrics of the process (memory, CPU, heap, garbage collection), and the delay of the event
 * loop as a histogram: the quantiles that prom-client gives begin anew with every scrape, so that two Prometheus
 * servers spoil them for each other, and hold the interval of their own timer.
 *
 * @returns what ends our own timer; what prom-client watches goes on to the end of the process
 */
export function processMetrics(registry: Registry): () => void {
  if (collected === undefined) {
    collected = new Registry();
    collectDefaultMetrics({ register: collected });
  }
  for (const { name } of collected.getMetricsAsArray()) {
    const metric = collected.getSingleMetric(name);
    // Gauges named as counters (promtool check metrics), of internals of Node.js.
    if (metric !== undefined && !name.startsWith('nodejs_active_')) registry.registerMetric(metric);
  }
  const delay = new Histogram({
    name: 'lobar_event_loop_delay_seconds',
    help: `How late the main thread came to a timer that is due every ${everyMs} ms.`,
    buckets: delaySeconds,
    registers: [registry],
  });
  let due = performance.now() + everyMs;
  const timer = setInterval(() => {
    const now = performance.now();
    delay.observe(Math.max(0, now - due) / 1000);
    due = now + everyMs;
  }, everyMs).unref();
  return () => clearInterval(timer);
}
