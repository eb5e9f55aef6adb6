import { answerHeaders, headerReferences } from './answer-headers.ts';
import { errorExamples } from './error-examples.ts';
import { errorResponses } from './error-responses.ts';
import { notesKey, type OperationNotes } from './operation-notes.ts';
import { documentSchemas } from './schemas.ts';
import { sharedParameters } from './shared-parameters.ts';

/** What @fastify/swagger made of the routes: as much of OpenAPI 3.1 as is touched here. */
interface Document {
  readonly paths?: Readonly<Record<string, object | undefined>>;
  readonly components?: object & { readonly schemas?: object };
}

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: RequestBody;
  readonly responses: Readonly<Record<string, Answer>>;
  readonly [notesKey]?: OperationNotes;
}

interface RequestBody {
  readonly content: Readonly<Record<string, object>>;
}

interface Parameter {
  readonly name?: string;
  readonly in?: string;
}

interface Answer {
  readonly headers?: object;
  readonly content?: Readonly<Record<string, object>>;
}

/** Completes the document by the notes of its operations: headers, errors with examples, and what they share. */
export function writeDocument(document: Document): object {
  const shared: Record<string, object> = {};
  const paths = mapValues(document.paths ?? {}, (methods) =>
    mapValues({ ...methods } as Record<string, Operation>, (operation) =>
      completeOperation(operation, (more) => Object.assign(shared, more)),
    ),
  );
  const references = JSON.stringify([paths, shared]);
  const used = (kind: string, all: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(all).filter(([name]) => references.includes(`"#/components/${kind}/${name}"`)),
    );
  return {
    ...document,
    paths,
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, ...documentSchemas },
      responses: shared,
      parameters: sharedParameters,
      headers: used('headers', answerHeaders),
      examples: used('examples', errorExamples()),
    },
  };
}

function completeOperation(operation: Operation, share: (responses: object) => void): object {
  const { [notesKey]: notes, requestBody, parameters = [], responses, ...rest } = operation;
  // Also for whoever adds a route: nothing is documented by halves.
  if (notes === undefined)
    throw new Error(`${operation.operationId}: no '${notesKey}' in the schema of its route`);
  const { own, shared } = errorResponses(notes.errors, notes.face ?? 'problem');
  share(shared);
  return {
    ...rest,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(sharedOrOwn) }),
    ...(requestBody === undefined ? {} : { requestBody: completeBody(requestBody, notes) }),
    responses: {
      ...mapValues(responses, (answer, status) =>
        completeAnswer(answer, { 200: notes.answers, 202: notes.accepted }[status]),
      ),
      ...own,
    },
  };
}

function completeBody(body: RequestBody, { takes, bodyOptional = false }: OperationNotes): object {
  return { ...body, required: !bodyOptional, content: { ...body.content, ...takes } };
}

function sharedOrOwn(parameter: Parameter): object {
  const [shared] =
    Object.entries(sharedParameters).find(
      ([, one]) => one.name === parameter.name && one.in === parameter.in,
    ) ?? [];
  return shared === undefined ? parameter : { $ref: `#/components/parameters/${shared}` };
}

function completeAnswer(answer: Answer, content: OperationNotes['answers']): object {
  return {
    ...answer,
    headers: { ...headerReferences(['x-request-id']), ...answer.headers },
    ...(answer.content === undefined ? {} : { content: { ...answer.content, ...content } }),
  };
}

function mapValues<From, To>(
  from: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, map(value, key)]));
}
