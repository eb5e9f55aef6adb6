import { LobarError } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Round } from './open-rounds.ts';

/** Logs what changes from one look to the next, and not every look: counts and codes, no study. */
export function tellRounds(logger: Pick<Logger, 'info' | 'warn' | 'error'>, pacs: string) {
  let pacsFailed: string | undefined;
  let studiesFailed: string | undefined;
  return (went: Round | LobarError): void => {
    if (went instanceof LobarError) {
      if (pacsFailed !== went.code) {
        logger.warn({ pacs, code: went.code, err: went.cause }, `the PACS cannot be asked: ${went.logged}`);
      }
      pacsFailed = went.code;
      return;
    }
    if (pacsFailed !== undefined) logger.info({ pacs }, 'the PACS answers again');
    pacsFailed = undefined;
    const { listed, decisions, waiting, error } = went;
    const isNew = error !== undefined && error.code !== studiesFailed;
    if (isNew) {
      const { code, cause: err } = error;
      logger.warn({ pacs, code, err }, `studies could not be enqueued, and are tried again: ${error.logged}`);
    }
    if (error === undefined && studiesFailed !== undefined)
      logger.info({ pacs }, 'studies are enqueued again');
    studiesFailed = error?.code;
    const { enqueued, known, filtered } = decisions;
    if (enqueued + known + filtered === 0) return;
    logger.info({ pacs, listed, waiting: waiting.size, ...decisions }, 'looked');
  };
}
