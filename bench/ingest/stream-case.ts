/** Case (c): Lobar's stream alone, every instance received whole and moved away, nothing decoded. */
import { answerChildCase } from '../child-case.ts';
import { openLobar } from './open-lobar.ts';
import type { SeriesLocation } from './series-location.ts';
import { twice } from './twice.ts';
import { warmUp } from './warm-up.ts';

await answerChildCase(async (location: SeriesLocation) => {
  const { studyUid, seriesUid } = location;
  const { pacs } = openLobar(location);
  await warmUp(location.url);
  const { signal } = new AbortController();
  const sample = await twice(async () => {
    let [instances, bytes] = [0, 0];
    for await (const instance of pacs.retrieveSeries(studyUid, seriesUid, { signal })) {
      instances += 1;
      bytes += instance.length;
      // An analysis moves it to a worker. Left lying it would be external memory that the collector has to find
      // and free, as much as the series: its work, not the stream's, and none that an analysis has on this thread.
      (instance.buffer as ArrayBuffer).transfer(0);
    }
    return { instances, bytes };
  });
  await pacs.close();
  return sample;
});
