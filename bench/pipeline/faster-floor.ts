import { quantityOf, type Sample } from '../interleave.ts';

/** The same batches by one session a network on all cores, and by a session a core. */
export interface Floors {
  readonly floor: Sample;
  readonly lanes: Sample;
}

/** The compute floor of a round: whichever way of running the batches took less time. */
export function fasterFloor({ floor, lanes }: Floors): Sample {
  return quantityOf(lanes, 'wallMs') < quantityOf(floor, 'wallMs') ? lanes : floor;
}
