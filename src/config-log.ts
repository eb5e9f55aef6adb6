/** The shape of the configuration of the log. */
import { type Static, Type } from '@sinclair/typebox';
import { section } from './config-blocks.ts';

export const LogSchema = section(
  {
    level: Type.Union(
      (['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const).map((level) =>
        Type.Literal(level),
      ),
      { default: 'info', description: 'Least severe line that is written' },
    ),
    format: Type.Union(
      (['auto', 'json', 'pretty'] as const).map((format) => Type.Literal(format)),
      {
        default: 'auto',
        description: 'json: a JSON object a line. pretty: for the eye. auto: pretty on a terminal, else json',
      },
    ),
  },
  'Log, on stderr',
);
export type LogConfig = Static<typeof LogSchema>;
