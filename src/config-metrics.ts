/** The shape of the configuration of the metrics. */
import { type Static, Type } from '@sinclair/typebox';
import { section } from './config-blocks.ts';

export const MetricsSchema = section(
  {
    host: Type.String({
      default: '127.0.0.1',
      description: 'Address to listen on; whoever reaches it may read',
    }),
    port: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description: '0 picks a free port; without one, nothing is served',
      }),
    ),
  },
  'Metrics for Prometheus, at /metrics of a port of their own',
);
export type MetricsConfig = Static<typeof MetricsSchema>;
