/** What a sample calls the time of a stage. */
export const stageQuantity = (stage: string): string => `stage ${stage}`;
