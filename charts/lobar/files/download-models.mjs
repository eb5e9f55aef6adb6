// Run by the init container of models.source=download: fetches the files of a list into a folder and checks their sha256.
//   node download-models.mjs <list.json> <folder> [<file with the Authorization header>]
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const [list, folder, authorizationFile] = process.argv.slice(2);
const headers = {};
if (authorizationFile !== undefined) headers.authorization = (await readFile(authorizationFile, 'utf8')).trim();
const root = resolve(folder);

for (const { url, path, sha256 } of JSON.parse(await readFile(list, 'utf8'))) {
  const file = resolve(root, path);
  if (!file.startsWith(root + sep)) end(`${path}: leads out of ${folder}`);
  // The volume outlives a restart of the container.
  if ((await sumOf(file)) === sha256) {
    console.log(`${path}: is here`);
    continue;
  }
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  await fetchInto(part, url, path);
  const found = await sumOf(part);
  if (found !== sha256) end(`${path}: sha256 is ${found}, not ${sha256}`);
  await rename(part, file);
  console.log(`${path}: fetched`);
}

async function fetchInto(file, url, path) {
  // Each try may take ten minutes; Kubernetes starts the container again after the last.
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await fetch(url, { headers, signal: AbortSignal.timeout(600_000) });
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
      await pipeline(Readable.fromWeb(answer.body), createWriteStream(file));
      return;
    } catch (error) {
      // An error of fetch says why in its cause only. The URL stays out of it: it may be signed.
      const why = error.cause?.code ?? error.message;
      if (tries === 3) end(`${path}: cannot be fetched (${why})`);
      console.log(`${path}: ${why}, once more`);
      await new Promise((done) => setTimeout(done, 2000 * tries));
    }
  }
}

async function sumOf(file) {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

function end(why) {
  console.error(why);
  process.exit(1);
}
