import type { SuiteResult } from '../suite.ts';

/** What docs/BENCHMARKS.md says below the figures of the suite. */
export const about = `
What is measured: one CT series (LIDC-IDRI-0314, 275 slices of 512 x 512, as stored in implicit little endian and
as JPEG-LS lossless by dcmtk) out of Orthanc on the same machine, over loopback, asked for with the same \`Accept\`
(stored bytes, as one stream), so that nothing is transcoded.

- **curl to nowhere** is the floor: as fast as Orthanc and the kernel hand over the bytes.
- **undici to nowhere** is the floor in Node: the HTTP client that Lobar rides on sends the same request, and every
  chunk is dropped as it comes.
- **dicomweb-client** retrieves the series into memory over xhr2, the XMLHttpRequest that npm offers for Node.
  **over undici** is the same library over the leanest XMLHttpRequest that could be written for it: what is left is
  the library's own. As it cannot ask for the stored bytes of a series, its \`Accept\` is put right on the way.
- **stream** is Lobar's retrieval alone: every instance received whole and its memory moved away at once, as an
  analysis moves it to a worker; nothing decoded.
- **volume** is what an analysis does from the chosen series to the finished volume, in Hounsfield units and sorted:
  Lobar's stream, decoded while it arrives, and checked against the listing of the PACS, instance by instance. The
  listing itself and the choice come before and are not counted.

Every case but curl runs in a Node process of its own in every round. Starting Node, loading modules, starting the
decode workers, one request for \`/system\` and the listing are not counted. A turn of all cases that is not counted
comes before the first round. \`npm run bench\` sets \`NODE_COMPILE_CACHE\` as \`npm run lobar\` does, so that turn
also fills Node's compile cache: what a process finds there it need not compile, nor strip of its types. The cases
*stream* and *volume* run with the options that \`npm run lobar\` gives to Node, the others with Node's own.

*Cold* is the first retrieval of that process, with the compiler still at work and codecs still to be loaded; *warm* is the second one, as a service sees all but its
first. Targets for time are for warm retrievals, those for memory for cold ones. Peak RSS is the kernel's
(VmHWM) after the cold retrieval; "RSS before it starts" is the same process with the same modules and workers,
idle, the study listed. What was received when the first slice is decoded is counted at the socket. CPU is user and system time of
all threads of that process; Orthanc, which shares the cores, is not in it.

### What limits it

Not measured by the run above: profiled by hand on 2026-11-23 at commit 143cac1 with what b5999b0 adds, on two cores
of an AMD EPYC that were nearly idle, with Orthanc on the same two; the series in implicit little endian, 145 MB.

- **Stream.** curl took 175 ms, undici alone 195 to 220 ms, the stream 260 to 300 ms, its instances still left to
  the collector: 183 to 240 ms of user CPU, of which the collector's work on them is about 30 ms, and finding the
  boundaries and copying each instance into memory of its own about 30 ms. Most of the rest is Node's way from the
  socket. Writing a part in place where its Content-Length tells its size took about 10 % of the CPU time off, and
  is what is done.
- **Volume.** 500 to 590 ms. On the main thread copying the slices into the fresh memory of the volume took 178 ms
  (page faults), handing tasks to the workers 87 ms (0.3 ms a slice, mostly transfer and waking up), the collector
  82 ms, sorting 21 ms. Two cores are shared by Orthanc, the main thread and two workers, so that work moved from
  one to another is not saved.
- **Tried and not kept**, for the volume: workers that write straight into the shared volume (539 ms before, 499 to
  543 ms after: the page faults move to the workers, the CPU time of both cores stays the limit, and a worker's
  isolate keeps volumes alive that are done with); smaller headers in the tasks, larger buffers at the socket, a larger
  young generation (no gain).
- **Memory.** Idle, with the study listed, the process of *volume* held 204 MB with an empty compile cache and
  151 MB with a filled one (medians of five, at b5999b0, the machine busy): a thread that finds its modules in the
  cache does not load Node's type stripper, which is WebAssembly. Its peak beyond the volume was 263 MB and 200 MB.
  A young generation of 4 MB instead of Node's 16 (\`--max-semi-space-size=4\`) then took its peak from 384 to 389 MB
  down to 325 to 331 MB, volume included, and its time from 725 to 908 ms down to 539 to 735 ms (three runs each, in
  turns, the machine busy): the memory behind network chunks is given back, and used again, sooner. Today it
  is 2 MB (docs/PERFORMANCE.md).
`;

const limits = 'See "What limits it".';
const stream =
  'What Node takes from the socket is in "undici to nowhere / curl to nowhere, warm", what Lobar adds to it in ' +
  `"stream / undici to nowhere, warm". ${limits}`;
const client =
  'What Orthanc and the sockets take is the same for both and in both: see "curl to nowhere: wall" and "undici to ' +
  'nowhere: wall, warm". Only what is left of either can differ.';
const memory =
  'Part of it is there before the first byte arrives ("volume: RSS before it starts"): Node, the modules and the ' +
  `decode workers. ${limits}`;

/** By transfer syntax and metric, as ingest-figures.ts names them. */
export const whyMissed: SuiteResult['whyMissed'] = {
  'implicit-le': {
    'stream / curl to nowhere, warm': stream,
    'dicomweb-client / stream, warm': client,
    'volume / stream, warm':
      'What it takes beyond the stream is work for the same cores: compare "volume: CPU, warm" and "stream: CPU, ' +
      `warm"; Orthanc's comes on top. ${limits}`,
    'volume: peak RSS beyond the volume itself': memory,
  },
  'jpeg-ls': {
    'stream / curl to nowhere, warm':
      'Fewer bytes arrive than of the raw series (compare "volume: the instances as sent"), so what each of the ' +
      `same number of instances costs weighs more. ${stream}`,
    'dicomweb-client / stream, warm': client,
    'volume: peak RSS beyond the volume itself': `${memory} Each worker also holds the codec and its memory.`,
  },
};
