/** Case (b): dicomweb-client retrieves the series into memory, over the XMLHttpRequest that it is told to use. */
import { api } from 'dicomweb-client';
import Xhr2 from 'xhr2';
import { answerChildCase } from '../child-case.ts';
import { accept, type SeriesLocation } from './series-location.ts';
import { twice } from './twice.ts';
import { UndiciXhr } from './undici-xhr.ts';
import { warmUp } from './warm-up.ts';

/**
 * The library cannot ask for the stored bytes: it throws on `mediaTypes` of a series, and without them Orthanc
 * transcodes for seconds. So the question is put right on its way, and both ask the same.
 */
class AskingXhr2 extends Xhr2 {
  override setRequestHeader(name: string, value: string): void {
    super.setRequestHeader(name, name.toLowerCase() === 'accept' ? accept : value);
  }
}

interface Library {
  retrieveSeries(options: {
    studyInstanceUID: string;
    seriesInstanceUID: string;
    request: { instance: Xhr2 | UndiciXhr };
  }): Promise<readonly ArrayBuffer[]>;
}

await answerChildCase(async ({ location, xhr }: { location: SeriesLocation; xhr: 'xhr2' | 'undici' }) => {
  const { url, studyUid, seriesUid } = location;
  const library = new api.DICOMwebClient({ url, singlepart: false, verbose: false }) as unknown as Library;
  await warmUp(url);
  return await twice(async () => {
    const instances = await library.retrieveSeries({
      studyInstanceUID: studyUid,
      seriesInstanceUID: seriesUid,
      request: { instance: xhr === 'xhr2' ? new AskingXhr2() : new UndiciXhr(accept) },
    });
    return {
      instances: instances.length,
      bytes: instances.reduce((sum, { byteLength }) => sum + byteLength, 0),
    };
  });
});
