import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { pacsSource } from '../../src/analysis/pacs-source.ts';
import type { StudySource } from '../../src/analysis/study-source.ts';
import { limits } from '../dicom/support/ct-file.ts';
import { collectSeries, listen, type PacsSettings, pacsAt } from '../dicomweb/support/pacs-at.ts';
import { tinyCt } from '../support/dicom-writer.ts';

const studyUid = '1.2.3';
const seriesUid = '1.2.3.1';
const seriesPath = `/dicom-web/studies/${studyUid}/series/${seriesUid}`;
const uidOf = (index: number) => `1.2.3.1.${index}`;
/** Pixel data that looks like the end of a part, but for the line break or the last letter. */
const treacherous = Buffer.from('\r\n--b\r\n--b2--b1\r\n-b1--\n--b1--\r\n--B1--\r\n\r\n-');
const instanceOf = (index: number) =>
  tinyCt({
    studyUid,
    seriesUid,
    sopInstanceUid: uidOf(index),
    elements: [['7FE00010', 'OW', Buffer.concat([Buffer.from([index, 0]), treacherous])]],
  });
const files = [0, 1, 2].map(instanceOf);
const listed: ReadonlySet<string> = new Set(files.map((_, index) => uidOf(index)));

const multipart = 'multipart/related; type="application/dicom"; boundary=b1';
const partOf = (bytes: Uint8Array) => [
  Buffer.from('--b1\r\nContent-Type: application/dicom\r\n\r\n'),
  bytes,
  Buffer.from('\r\n'),
];
const bodyOf = (instances: readonly Uint8Array[]) =>
  Buffer.concat([...instances.flatMap(partOf), Buffer.from('--b1--\r\n')]);
const body = bodyOf(files);

const sends =
  (content: Uint8Array | string, type = multipart, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': type }).end(content);
const none: RequestListener = (_request, response) => response.writeHead(404).end();

interface Script {
  readonly series: RequestListener;
  /** The answer for an instance by its index; by default the instance. */
  readonly instance?: (index: number) => RequestListener;
}

/** The source of a study in a PACS that answers by a script, and the instances that were asked for alone. */
async function scripted(t: TestContext, script: Script, settings?: PacsSettings) {
  const asked: string[] = [];
  const instance = script.instance ?? ((index) => sends(bodyOf([files[index] as Uint8Array])));
  const { url, close } = await listen((request, response) => {
    const path = request.url ?? '';
    if (path === seriesPath) return script.series(request, response);
    const uid = path.slice(`${seriesPath}/instances/`.length);
    asked.push(uid);
    return instance(Number(uid.split('.').at(-1)))(request, response);
  });
  const pacs = pacsAt(url, settings);
  t.after(async () => {
    await pacs.close();
    close();
  });
  return { source: pacsSource(pacs, studyUid, limits), asked };
}

const retrieve = (source: StudySource, wanted = listed) =>
  collectSeries(source.instances(seriesUid, new AbortController().signal, wanted));

const sorted = (all: readonly Uint8Array[]) => all.map((one) => Buffer.from(one)).sort(Buffer.compare);
const assertWhole = (instances: readonly Uint8Array[], message?: string) =>
  assert.deepEqual(sorted(instances), sorted(files), message);

/** Where a stream can break: every byte of what is not pixel or dataset, and some of those. */
const cuts = Array.from({ length: body.length - '--\r\n'.length }, (_, cut) => cut).filter((cut) => {
  const part = partOf(files[0] as Uint8Array).reduce((sum, { length }) => sum + length, 0);
  const inPart = cut % part;
  return inPart < 50 || inPart > part - 20 || cut % 40 === 0;
});
/** The parts that end before the cut, by their delimiter: by hand, from the lengths. */
const wholeBefore = (cut: number) => {
  let end = 0;
  return files.filter((file) => {
    end += partOf(file).reduce((sum, { length }) => sum + length, 0);
    return cut >= end + '--b1'.length;
  }).length;
};

describe('A series that comes in one stream', () => {
  it('is asked for once, and nothing is warned of', async (t) => {
    const { source, asked } = await scripted(t, { series: sends(body) });
    assertWhole(await retrieve(source));
    assert.deepEqual(asked, []);
    assert.deepEqual(source.warnings, []);
  });

  it('may hold an instance twice, or one that was not listed', async (t) => {
    const other = instanceOf(7);
    const sent = [...files, files[1] as Uint8Array, other];
    const { source, asked } = await scripted(t, { series: sends(bodyOf(sent)) });
    assert.deepEqual(sorted(await retrieve(source)), sorted(sent));
    assert.deepEqual(asked, []);
  });

  it('is completed by what is missing in it', async (t) => {
    const [first, , third] = files as [Uint8Array, Uint8Array, Uint8Array];
    const { source, asked } = await scripted(t, { series: sends(bodyOf([first, third, third])) });
    const arrived = await retrieve(source);
    assert.deepEqual(sorted(arrived), sorted([...files, third]));
    assert.deepEqual(asked, [uidOf(1)]);
    assert.match(source.warnings?.[0]?.text ?? '', /some instances were missing in it\); 1 of 3 /);
  });

  it('of other instances than listed is handed on as it is, for its reader to refuse', async (t) => {
    const { source, asked } = await scripted(t, { series: sends(bodyOf([instanceOf(8)])) });
    assert.deepEqual(sorted(await retrieve(source)), sorted([instanceOf(8)]));
    assert.deepEqual([asked, source.warnings], [[], []]);
  });

  it('is an error when what is missing in it is not there', async (t) => {
    const sent = bodyOf(files.slice(1));
    const { source } = await scripted(t, { series: sends(sent), instance: () => none });
    await assert.rejects(retrieve(source), { code: 'pacs-incomplete', message: /lists an instance/ });
  });
});

describe('A series whose stream breaks', () => {
  const endings = {
    'is cut': (response: Parameters<RequestListener>[1], sent: Buffer) =>
      response.write(sent, () => response.destroy()),
    'ends early': (response: Parameters<RequestListener>[1], sent: Buffer) => response.end(sent),
  };
  for (const [name, end] of Object.entries(endings)) {
    it(`is whole and equal wherever it ${name}, and what came whole is not fetched again`, async (t) => {
      let cut = 0;
      const series: RequestListener = (_request, response) => {
        response.writeHead(200, { 'content-type': multipart });
        end(response, body.subarray(0, cut));
      };
      const { source, asked } = await scripted(t, { series });
      for (cut of cuts) {
        asked.length = 0;
        assertWhole(await retrieve(source), `cut at ${cut}`);
        const missing = files.map((_, index) => uidOf(index)).slice(wholeBefore(cut));
        if (name === 'ends early') assert.deepEqual(asked.sort(), missing, `cut at ${cut}`);
        else assert.ok(asked.length >= missing.length, `cut at ${cut}`);
      }
    });
  }

  it('is an error wherever it breaks when its instances cannot be had alone', async (t) => {
    let cut = 0;
    const series: RequestListener = (_request, response) =>
      response.writeHead(200, { 'content-type': multipart }).end(body.subarray(0, cut));
    const { source } = await scripted(t, { series, instance: () => none });
    for (cut of cuts.filter((one) => wholeBefore(one) < files.length)) {
      await assert.rejects(retrieve(source), { code: 'pacs-incomplete' }, `cut at ${cut}`);
    }
  });

  it('is completed when the PACS falls silent', async (t) => {
    const series: RequestListener = (_request, response) =>
      response.writeHead(200, { 'content-type': multipart }).write(body.subarray(0, 900));
    const { source } = await scripted(t, { series }, { timeouts: { idle: 0.2 } });
    assertWhole(await retrieve(source));
    assert.deepEqual(source.warnings, [
      {
        code: 'retrieved-one-by-one',
        text: 'The series could not be had in one stream (the PACS was too slow); 2 of 3 instances were fetched one by one.',
      },
    ]);
  });

  it('is completed when an instance breaks off too, and comes whole the next time', async (t) => {
    let count = 0;
    const { source, asked } = await scripted(t, {
      series: sends('no', 'text/plain', 501),
      instance: (index) => (request, response) => {
        count += 1;
        const whole = bodyOf([files[index] as Uint8Array]);
        return sends(count === 1 ? whole.subarray(0, 300) : whole)(request, response);
      },
    });
    assertWhole(await retrieve(source));
    assert.equal(asked.length, 4);
  });
});

describe('A series that a PACS refuses', () => {
  it('is fetched instance by instance, whatever it says instead', async (t) => {
    const answers: readonly (readonly [RequestListener, RegExp])[] = [
      [sends('no', 'text/plain', 400), /HTTP 400/],
      [sends('no', 'text/plain', 405), /HTTP 405/],
      [sends('no', 'text/plain', 500), /HTTP 500/],
      [sends('no', 'text/plain', 501), /HTTP 501/],
      [sends('[]', 'application/json'), /something else/],
      [sends('<html>', 'text/html'), /something else/],
      [sends(body, multipart.replace('b1', 'other')), /something else/],
      [sends(body, multipart, 206), /broke it off/],
      // A PACS without that route answers no more than this, though it lists the series.
      [none, /no such series/],
    ];
    for (const [series, why] of answers) {
      const { source, asked } = await scripted(t, { series });
      assertWhole(await retrieve(source));
      assert.equal(asked.length, 3);
      assert.match(source.warnings?.[0]?.text ?? '', why);
      assert.match(source.warnings?.[0]?.text ?? '', /3 of 3 instances/);
    }
  });

  it('is not fetched where the instances would be refused too', async (t) => {
    for (const [status, code] of [
      [401, 'pacs-auth-failed'],
      [403, 'pacs-auth-failed'],
      [429, 'pacs-error'],
      [503, 'pacs-error'],
    ] as const) {
      const { source, asked } = await scripted(
        t,
        { series: sends('', 'text/plain', status) },
        { retries: 0 },
      );
      await assert.rejects(retrieve(source), { code });
      assert.deepEqual([asked, source.warnings], [[], []]);
    }
  });

  it('is an error when neither the series nor its instances are there', async (t) => {
    const { source } = await scripted(t, { series: none, instance: () => none });
    await assert.rejects(retrieve(source), { code: 'pacs-incomplete', message: /lists an instance/ });
  });

  it('may give an instance without a multipart around it', async (t) => {
    const instance = (index: number) => sends(files[index] as Uint8Array, 'application/dicom');
    const { source } = await scripted(t, { series: sends('', 'text/plain', 400), instance });
    assertWhole(await retrieve(source));
  });

  it('is an error when an instance is refused, or several come for one', async (t) => {
    const series = sends('', 'text/plain', 501);
    const refusing = await scripted(t, { series, instance: () => sends('', 'text/plain', 500) });
    await assert.rejects(retrieve(refusing.source), { code: 'pacs-error', message: /an instance/ });
    const several = await scripted(t, { series, instance: () => sends(body) });
    await assert.rejects(retrieve(several.source), { code: 'pacs-response-invalid', message: /several/ });
    const page = await scripted(t, { series, instance: () => sends('<html>', 'text/html') });
    await assert.rejects(retrieve(page.source), { code: 'pacs-response-invalid' });
  });

  it('is not asked for by a UID that is none', async (t) => {
    const { source, asked } = await scripted(t, { series: sends('', 'text/plain', 501) });
    await assert.rejects(retrieve(source, new Set(['1.2', '../secret'])), (error: Error) => {
      assert.match(error.message, /SOPInstanceUID is not a DICOM UID/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
    assert.deepEqual(asked, []);
  });
});

describe('Instances that are fetched one by one', () => {
  const many = Array.from({ length: 20 }, (_, index) => uidOf(index));
  const refused = sends('', 'text/plain', 501);
  const anyInstance = (index: number) => sends(bodyOf([instanceOf(index)]));

  it('wait for a slow reader: no more are asked for than may be under way', async (t) => {
    const { source, asked } = await scripted(
      t,
      { series: refused, instance: anyInstance },
      { parallelGets: 3 },
    );
    let taken = 0;
    for await (const _instance of source.instances(seriesUid, new AbortController().signal, new Set(many))) {
      taken += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.ok(asked.length <= taken + 3, `${asked.length} asked for, ${taken} taken`);
    }
    assert.equal(taken, 20);
  });

  it('are no longer asked for when the reader leaves, and those under way are broken off', async (t) => {
    let open = 0;
    const closed = Promise.withResolvers<void>();
    const { source, asked } = await scripted(
      t,
      {
        series: refused,
        instance: (index) => (request, response) => {
          if (index === 0) return anyInstance(index)(request, response);
          open += 1;
          response.writeHead(200, { 'content-type': multipart }).write('--b1\r\n');
          response.on('close', () => {
            open -= 1;
            if (open === 0) closed.resolve();
          });
        },
      },
      { parallelGets: 4 },
    );
    for await (const _instance of source.instances(seriesUid, new AbortController().signal, new Set(many))) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(open, 4);
      break;
    }
    await closed.promise;
    assert.equal(asked.length, 5);
  });

  it('count for the limits of the series with what the stream brought', async (t) => {
    const size = files[0]?.length ?? 0;
    const brokenAfterOne: RequestListener = (_request, response) =>
      response.writeHead(200, { 'content-type': multipart }).end(body.subarray(0, size + 100));
    const limits = { bytesPerSeries: size * 3 };
    const bytes = await scripted(t, { series: brokenAfterOne }, { limits });
    await assert.rejects(retrieve(bytes.source), {
      code: 'limit-exceeded',
      message: new RegExp(`limits\\.bytesPerSeries \\(${size * 3} bytes\\)`),
    });
    const instances = await scripted(t, { series: brokenAfterOne }, { limits: { instances: 2 } });
    await assert.rejects(retrieve(instances.source), { message: /limits\.instances \(2 instances\)/ });
    assert.deepEqual(instances.asked, []);
    const each = await scripted(
      t,
      { series: refused, instance: (index) => sends(files[index] as Uint8Array, 'application/dicom') },
      { limits: { bytesPerInstance: size - 1 } },
    );
    await assert.rejects(retrieve(each.source), { message: /limits\.bytesPerInstance/ });
  });

  it('do not count for the limits with what broke off and was thrown away', async (t) => {
    const seen = new Set<number>();
    const instance = (index: number) => {
      const whole = bodyOf([files[index] as Uint8Array]);
      const isFirst = !seen.has(index);
      seen.add(index);
      return sends(isFirst ? whole.subarray(0, whole.length - 20) : whole);
    };
    const bytesPerSeries = 3 * bodyOf(files.slice(0, 1)).length;
    const { source, asked } = await scripted(
      t,
      { series: refused, instance },
      { limits: { bytesPerSeries } },
    );
    assertWhole(await retrieve(source));
    assert.equal(asked.length, 6);
  });

  it('are given up when as much as a series broke off', async (t) => {
    const whole = bodyOf(files.slice(0, 1));
    const instance = () => sends(whole.subarray(0, whole.length - 20));
    const settings = { retries: 10, parallelGets: 1, limits: { bytesPerSeries: 2 * whole.length } };
    const { source, asked } = await scripted(t, { series: refused, instance }, settings);
    await assert.rejects(retrieve(source), { code: 'pacs-incomplete' });
    assert.equal(asked.length, 3);
  });

  it('end when the analysis is cancelled', async (t) => {
    const { source } = await scripted(t, { series: refused, instance: () => () => undefined });
    const instances = source.instances(seriesUid, AbortSignal.timeout(100), listed);
    await assert.rejects(collectSeries(instances), { code: 'cancelled' });
  });
});
