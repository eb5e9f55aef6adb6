/** On which `waiting-worker.ts` tells a kind of task and the id of its thread. */
export const channelName = 'lobar reporter test';
