import { Gauge, type Registry } from 'prom-client';

/** Which Lobar it is whose metrics these are. */
export function buildInfo(registry: Registry, version: string): void {
  new Gauge({
    name: 'lobar_build_info',
    help: '1; version is that of Lobar.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version }, 1);
}
