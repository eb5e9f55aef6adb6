/** Watched as `lobar serve` is, then goes wrong in the way that its argument says; see ../uncaught.test.ts. */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { endOnUncaught } from '../../../src/cli/end-on-uncaught.ts';
import { logWarnings } from '../../../src/cli/log-warnings.ts';
import { createLogger, type Logger } from '../../../src/telemetry/log.ts';

const [, , how = '', format = 'json'] = process.argv;
const canary = 'canary Foreignname\n    at canary-line (born 1969)';

class PatientError extends Error {
  override readonly name = 'PatientError';
}

const ways: Readonly<Record<string, (logger: Logger) => unknown>> = {
  throws: () => {
    throw new PatientError(canary);
  },
  rejects: () => void Promise.reject(new PatientError(canary)),
  'rejects with a text': () => void Promise.reject(canary),
  'throws in a worker': () => new Worker(`throw new Error(${JSON.stringify(canary)})`, { eval: true }),
  warns: () => process.emitWarning(new PatientError(canary)),
  'logs an error': (logger) => {
    const error = Object.assign(new PatientError(canary), { code: 'ECANARY', rawPacket: canary });
    logger.error(error);
    logger.error({ err: error });
    logger.error({ err: error }, 'our own words');
  },
};

const logger = createLogger('info', format as 'json' | 'pretty' | 'auto');
endOnUncaught((uncaught) => logger.fatal(uncaught, 'the end'));
logWarnings(logger);
logger.info('begin');
setTimeout(() => ways[how]?.(logger), 1);
await delay(how === 'warns' || how === 'logs an error' ? 50 : 20_000);
