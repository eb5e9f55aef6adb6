import type { PacsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { type Authorization, openAuthorization } from '../outbound/authorization.ts';
import { NoToken } from '../outbound/no-token.ts';
import type { OutboundConfig } from '../outbound/open-agent.ts';

/**
 * How Lobar shows a PACS who it is: the one way that is configured. Beside what Authorization throws, where
 * there is no token: `pacs-auth-failed`, `pacs-token-unavailable`.
 *
 * @throws LobarError `config-invalid` for a TLS file
 */
export function openPacsAuthorization(
  pacs: string,
  config: PacsConfig,
  outbound: OutboundConfig,
): Authorization {
  const authorization = openAuthorization(`pacs.${pacs}`, config, outbound);
  return {
    ...authorization,
    header: () =>
      authorization.header().catch((error: unknown) => {
        throw noToken(pacs, authorization.setting, error);
      }),
  };
}

function noToken(pacs: string, setting: string, error: unknown): unknown {
  if (!(error instanceof NoToken)) return error;
  const { kind, problem } = error;
  return kind === 'unavailable'
    ? new LobarError('pacs-token-unavailable', { pacs, problem }, { cause: error })
    : new LobarError('pacs-auth-failed', { pacs, problem: `${problem}; check ${setting}` }, { cause: error });
}
