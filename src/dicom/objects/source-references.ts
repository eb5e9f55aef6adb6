import { sopClasses } from '../uids.ts';
import type { Dataset } from '../write/dataset.ts';
import type { ObjectFacts, SourceImage } from './object-facts.ts';

/** A reference to an instance (PS3.3 table 10-11). */
export function instanceReference({
  sopClassUid,
  sopInstanceUid,
}: Pick<SourceImage, 'sopClassUid' | 'sopInstanceUid'>) {
  return {
    // An image that does not say what it is was read as what it is most often.
    ReferencedSOPClassUID: sopClassUid === '' ? sopClasses.ctImage : sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
  } satisfies Dataset;
}

/** A reference to one image, or to one frame of an instance of several (PS3.3 table 10-3). */
export function imageReference(source: SourceImage): Dataset {
  const { frameNumber, numberOfFrames } = source;
  return {
    ...instanceReference(source),
    ...(numberOfFrames > 1 ? { ReferencedFrameNumber: frameNumber } : {}),
  };
}

/** The instances of the source that an object refers to, by their series (Common Instance Reference, C.12.2). */
export function referencedSeries(
  { context }: Pick<ObjectFacts, 'context'>,
  instances: readonly SourceImage[],
): readonly Dataset[] {
  return [
    {
      SeriesInstanceUID: context.seriesInstanceUid,
      ReferencedInstanceSequence: instances.map(instanceReference),
    },
  ];
}

/** Every instance of the source once. */
export function sourceInstances({ sources }: Pick<ObjectFacts, 'sources'>): readonly SourceImage[] {
  return [...new Map(sources.map((source) => [source.sopInstanceUid, source])).values()];
}

/** Every instance of the source once, with its frames where not all of them are meant. */
export function sourceReferences(facts: Pick<ObjectFacts, 'sources'>): readonly Dataset[] {
  const frames = Map.groupBy(facts.sources, ({ sopInstanceUid }) => sopInstanceUid);
  return sourceInstances(facts).map((source) => {
    const used = frames.get(source.sopInstanceUid) ?? [];
    return {
      ...instanceReference(source),
      ...(used.length < source.numberOfFrames
        ? { ReferencedFrameNumber: used.map(({ frameNumber }) => frameNumber).sort((a, b) => a - b) }
        : {}),
    };
  });
}
