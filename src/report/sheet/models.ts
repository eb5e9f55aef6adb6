import { readingText } from '../reading-text.ts';
import type { ReportModel } from '../report-content.ts';
import type { ReportTexts } from '../texts.ts';

export interface ModelSheet {
  readonly rows: readonly ModelRow[];
  /** What the packages say; models of which the same is said share it. */
  readonly uses: readonly ModelUse[];
}

export interface ModelRow {
  readonly task: string;
  /** Name and version. */
  readonly model: string;
  readonly sha256: string;
  /** 'cpu, int8' */
  readonly ranOn: string;
  /** Empty where it is no registered device. */
  readonly udi: string;
}

export interface ModelUse {
  /** Tasks of the models; empty where it is said of all. */
  readonly of: string;
  readonly intendedUse: string;
  readonly trainingData: string;
}

export function modelsOf(models: readonly ReportModel[], { tasks }: ReportTexts): ModelSheet {
  const taskOf = ({ task }: ReportModel) => tasks[task as keyof typeof tasks] ?? readingText(task);
  const alike = Map.groupBy(models, ({ intendedUse, trainingData }) =>
    JSON.stringify([intendedUse, trainingData]),
  );
  return {
    rows: models.map((model) => ({
      task: taskOf(model),
      model: readingText(`${model.name} ${model.version}`),
      sha256: model.sha256,
      ranOn: [model.executionProvider, model.precision ?? ''].filter((part) => part !== '').join(', '),
      udi: readingText(model.udi?.deviceIdentifier ?? ''),
    })),
    uses: [...alike.values()].map((group) => ({
      of: alike.size === 1 ? '' : group.map(taskOf).join(', '),
      intendedUse: readingText(group[0]?.intendedUse ?? ''),
      trainingData: readingText(group[0]?.trainingData ?? ''),
    })),
  };
}
