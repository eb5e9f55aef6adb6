import type { Logger } from '../telemetry/log.ts';

interface Levelled {
  level: string;
}

export interface LevelSwitch {
  /** Switches this logger too: a child keeps the level that its parent had when it was made. */
  include(logger: Levelled): void;
}

/** SIGUSR2 puts the log to level debug, and the next one back to the level it had. */
export function switchLevelOnSignal(logger: Logger): LevelSwitch {
  const configured = logger.level;
  const loggers: Levelled[] = [logger];
  process.on('SIGUSR2', () => {
    const level = logger.level === configured ? 'debug' : configured;
    const tell = () => logger.warn({ logLevel: level }, 'the level of the log is switched by SIGUSR2');
    // At the more talkative of the two, or it might not be written.
    if (level === 'debug') {
      for (const one of loggers) one.level = level;
      tell();
    } else {
      tell();
      for (const one of loggers) one.level = level;
    }
  });
  return { include: (one) => void loggers.push(one) };
}
