import type { EhrConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import type { CallOptions, FhirConnection } from '../connection/open-fhir-connection.ts';
import {
  type ChosenWriteMode,
  configuredWriteMode,
  type DocumentConfig,
  negotiateWriteMode,
} from './write-mode.ts';

/** An EHR that was upgraded is asked again in time; no CapabilityStatement for every report. */
const believedMs = 3_600_000;

/**
 * Gives the write mode of an EHR: asked of its CapabilityStatement at most once an hour, once for all who
 * wait, and not at all where it is configured.
 *
 * @param onChosen - is told each time it is another one than before
 * @returns a function that throws LobarError `write-mode-unavailable`, also where the EHR has no
 *   CapabilityStatement; what FhirConnection throws; what its signal was aborted with
 */
export function negotiatedWriteMode(
  {
    name,
    writeMode: configured,
    ...documents
  }: { readonly name: string; readonly writeMode: EhrConfig['writeMode'] } & DocumentConfig,
  connection: Pick<FhirConnection, 'capabilities'>,
  onChosen: (chosen: ChosenWriteMode) => void,
): (call: CallOptions) => Promise<ChosenWriteMode> {
  let chosen: ChosenWriteMode | undefined;
  let chosenAt = 0;
  let asking: { readonly answer: Promise<ChosenWriteMode>; readonly signal: AbortSignal } | undefined;

  const choose = (next: ChosenWriteMode): ChosenWriteMode => {
    if (next.mode !== chosen?.mode || next.because !== chosen.because) onChosen(next);
    chosenAt = performance.now();
    chosen = next;
    return next;
  };
  const ask = async (call: CallOptions): Promise<ChosenWriteMode> => {
    const statement = await connection.capabilities(call).catch((error: unknown) => {
      throw withoutStatement(name, error);
    });
    return choose(negotiateWriteMode(name, configured, statement, documents));
  };

  const startAsking = (call: CallOptions) => {
    const asked = { answer: ask(call), signal: call.signal };
    const over = () => {
      asking = undefined;
    };
    asked.answer.then(over, over);
    asking = asked;
    return asked;
  };

  return async (call) => {
    if (configured !== 'auto') return chosen ?? choose(configuredWriteMode(name, configured));
    for (;;) {
      if (chosen !== undefined && performance.now() - chosenAt < believedMs) return chosen;
      const asked = asking ?? startAsking(call);
      try {
        return await unlessAborted(asked.answer, call.signal);
      } catch (error) {
        // Somebody else asked and gave up: his reason is not ours.
        if (!asked.signal.aborted || call.signal.aborted) throw error;
      }
    }
  };
}

/** A server that answers, but not with a CapabilityStatement, will not do so later either. */
function withoutStatement(ehr: string, error: unknown): unknown {
  const isAnswer =
    error instanceof LobarError && (error.code === 'ehr-rejected' || error.code === 'ehr-response-invalid');
  if (!isAnswer) return error;
  const [why] = error.logged.replace(/^EHR '[^']*' /, '').split(/\. (?=[A-Z])/);
  const { text: problem, ...words } = error.retold(
    `it gave no CapabilityStatement that would say what it takes; it ${why}`,
  );
  return new LobarError('write-mode-unavailable', { ehr, problem }, { cause: error, ...words });
}
