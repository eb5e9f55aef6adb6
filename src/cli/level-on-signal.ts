import type { Logger } from '../telemetry/log.ts';

interface Levelled {
  level: string;
}

export interface LevelSwitch {
  /** Switches this logger too: a child keeps the level that its parent had when it was made. */
  include(logger: Levelled): void;
}

/**
 * SIGUSR2 puts the log to level debug, from debug to trace, and the next one back to the level it had; never to one
 * that writes less.
 */
export function switchLevelOnSignal(logger: Logger): LevelSwitch {
  const configured = logger.level;
  const { debug = 0, trace = 0 } = logger.levels.values;
  const more = logger.levelVal > debug ? 'debug' : 'trace';
  const hasMore = logger.levelVal > trace;
  const loggers: Levelled[] = [logger];
  process.on('SIGUSR2', () => {
    if (!hasMore) {
      logger.warn({ logLevel: configured }, 'SIGUSR2 changes nothing: the log has its most talkative level');
      return;
    }
    const level = logger.level === configured ? more : configured;
    const tell = () => logger.warn({ logLevel: level }, 'the level of the log is switched by SIGUSR2');
    // At the more talkative of the two, or it might not be written.
    if (level === more) {
      for (const one of loggers) one.level = level;
      tell();
    } else {
      tell();
      for (const one of loggers) one.level = level;
    }
  });
  return { include: (one) => void loggers.push(one) };
}
