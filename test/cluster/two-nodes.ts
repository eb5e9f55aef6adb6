/** Two nodes of two zones, on which eight pods of the chart's size find room. */
export const twoNodes = {
  apiVersion: 'v1',
  kind: 'List',
  items: ['a', 'b'].map((zone) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${zone}`,
      labels: { 'kubernetes.io/hostname': `node-${zone}`, 'topology.kubernetes.io/zone': zone },
    },
    status: Object.fromEntries(
      ['capacity', 'allocatable'].map((name) => [name, { cpu: '32', memory: '256Gi', pods: '110' }]),
    ),
  })),
} as const;
