/** What docs/BENCHMARKS.md says below the figures of the suite. */
export const about = `
What is measured: one CT series (LIDC-IDRI-0314, 275 slices of 512 x 512, as stored in implicit little endian and
as JPEG-LS lossless by dcmtk) out of Orthanc on the same machine, over loopback, asked for with the same \`Accept\`
(stored bytes, as one stream), so that nothing is transcoded.

- **curl to nowhere** is the floor: as fast as Orthanc and the kernel hand over the bytes.
- **dicomweb-client** retrieves the series into memory over xhr2, the XMLHttpRequest that npm offers for Node.
  **over undici** is the same library over the leanest XMLHttpRequest that could be written for it: what is left is
  the library's own. As it cannot ask for the stored bytes of a series, its \`Accept\` is put right on the way.
- **stream** is Lobar's retrieval alone: every instance received whole, nothing decoded.
- **volume** is Lobar's retrieval with decoding to the finished volume, in Hounsfield units and sorted.

Every case but curl runs in a Node process of its own in every round. Starting Node, loading modules, starting the
decode workers and one request for \`/system\` are not counted. *Cold* is the first retrieval of that process, with
the compiler still at work and codecs still to be loaded; *warm* is the second one, as a service sees all but its
first. Targets for time are for warm retrievals, those for memory for cold ones. Peak RSS is the kernel's
(VmHWM) after the cold retrieval; "RSS before it starts" is the same process with the same modules and workers,
idle. What was received when the first slice is decoded is counted at the socket. CPU is user and system time of
all threads of that process; Orthanc, which shares the cores, is not in it.
`;

/** By metric, as ingest-figures.ts names them. */
export const whyMissed: Readonly<Record<string, string>> = {
  'stream / curl to nowhere, warm':
    "The limit is Node's way from the socket: curl reads into one buffer again and again (about 40 ms of CPU for " +
    '145 MB), Node allocates 64 KiB for each read and collects it later. Reading the same bytes through ' +
    "undici's `request` and throwing them away takes 1.3 to 1.5 times curl before any parsing; finding the " +
    'boundaries (13 ms) and copying each instance into memory of its own (about 35 ms, most of it page faults) is ' +
    'the rest. The difference is about 0.1 s a series, which only loopback shows: at 1 Gbit/s the same bytes ' +
    'take 1.2 s.',
  'dicomweb-client / stream, warm':
    'Less is sent, so what a request costs whoever sends it weighs more: connection, headers, first byte.',
  'volume / stream, warm':
    'With two cores the workers take turns with the main thread and with Orthanc, and the stream alone already ' +
    'keeps the main thread busy. On top of it come the table of Hounsfield units (72 million voxels), the copy ' +
    'of each slice into the shared volume (page faults on 144 MB of fresh memory) and the messages to the workers.',
  'volume: peak RSS beyond the volume itself':
    'Node with the modules and two decode workers holds much of it before the first byte arrives (see "RSS ' +
    'before it starts"): each thread strips the types of the sources it loads, by a WebAssembly compiler of its ' +
    'own. With `NODE_COMPILE_CACHE` set and filled that is about 50 MB less.',
};
