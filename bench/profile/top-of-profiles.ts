/** `node bench/profile/top-of-profiles.ts FOLDER [COUNT]`: where the threads of a process spent their time, by --cpu-prof. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CpuProfile, selfTimes, threadOf } from './self-times.ts';

const [folder, count = '25'] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('node bench/profile/top-of-profiles.ts FOLDER [COUNT]\n');
  process.exit(2);
}
for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
  const times = selfTimes(profile);
  process.stdout.write(`\n${threadOf(profile)} (${file})\n`);
  for (const { name, ms } of times.slice(0, Number(count)))
    process.stdout.write(`${ms.toFixed(0).padStart(8)} ms  ${name}\n`);
}
