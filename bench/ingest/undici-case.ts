/** Between the floor and Lobar's stream: undici alone, which Lobar rides on; every chunk is dropped as it comes. */
import { request } from 'undici';
import { answerChildCase } from '../child-case.ts';
import { accept, type SeriesLocation, seriesUrl } from './series-location.ts';
import { twice } from './twice.ts';
import { warmUp } from './warm-up.ts';

await answerChildCase(async (location: SeriesLocation) => {
  await warmUp(location.url);
  return await twice(async () => {
    const headers = { accept, 'accept-encoding': 'identity' };
    const { statusCode, body } = await request(seriesUrl(location), { headers });
    if (statusCode !== 200) throw new Error(`Orthanc answers undici with HTTP ${statusCode}.`);
    let bytes = 0;
    for await (const chunk of body) bytes += (chunk as Uint8Array).length;
    return { bytes };
  });
});
