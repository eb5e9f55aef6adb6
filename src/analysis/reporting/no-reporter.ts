import type { Reporter } from './open-reporter.ts';

const missing = (): never => {
  throw new Error('this analysis needs a reporter, and none was opened');
};

/** For analyses of which nobody wants a document. */
export const noReporter: Reporter = {
  begin: async () => missing(),
  draw: async () => missing(),
  compose: async () => missing(),
  close: async () => {},
};
