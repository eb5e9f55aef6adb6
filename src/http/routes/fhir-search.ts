import { parse } from 'node:querystring';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { LobarError } from '../../errors.ts';
import { searchset } from '../../fhir/definitions/searchset.ts';
import {
  matches,
  type ServedType,
  servedDefinitions,
  servedTypes,
} from '../../fhir/definitions/served-definitions.ts';
import { isJsonFormat } from '../fhir-media-type.ts';
import { fhirJson, json } from '../negotiate.ts';
import { errorsOf } from '../openapi/answered-errors.ts';
import { formatParameter } from '../openapi/shared-parameters.ts';
import { sendResource } from '../send-resource.ts';
import type { ServiceContext } from '../service-context.ts';
import { fhirAnswer, fhirNotes, fhirTags } from './fhir-schema.ts';

const form = 'application/x-www-form-urlencoded';
type Asked = Readonly<Record<string, string>>;

/** Searching the definitions, by an address or by a form: who offers one has to offer both (FHIR R4 3.1.0.9). */
export async function fhirSearchRoutes(fhir: FastifyInstance, { config }: ServiceContext): Promise<void> {
  const { fhirBase, limits } = config;
  fhir.removeAllContentTypeParsers();
  // A name that is given twice becomes an array, as in an address: the schema refuses it.
  fhir.addContentTypeParser(form, { parseAs: 'string' }, async (_request: unknown, body: string) => ({
    ...parse(body),
  }));

  for (const type of Object.keys(servedTypes) as ServedType[]) {
    const ofType = servedDefinitions(fhirBase).filter(({ resourceType }) => resourceType === type);
    const search = (reply: FastifyReply, { _format, ...asked }: Asked) => {
      const entries = Object.entries(asked);
      // Values of one parameter that are separated by commas are alternatives (3.1.1.3.1).
      const found = ofType.filter((one) =>
        entries.every(([name, values]) => values.split(',').some((value) => matches(one, name, value))),
      );
      return sendResource(reply, searchset(fhirBase, type, String(new URLSearchParams(entries)), found));
    };
    const parameters = searchParameters(type);
    const common = {
      tags: fhirTags,
      querystring: parameters,
      description:
        'Several values of one parameter, separated by commas, are alternatives; several parameters hold together; without any, all of the type are found.',
      response: {
        200: fhirAnswer('A searchset Bundle', 'Bundle', { resourceType: 'Bundle', type: 'searchset' }),
      },
    };

    fhir.get<{ Querystring: Asked }>(
      `/${type}`,
      {
        config: { scope: 'public' },
        schema: {
          ...common,
          operationId: `search${type}`,
          summary: `Search ${type}`,
          'x-lobar': fhirNotes(errorsOf.fhirSearch),
        },
      },
      ({ query }, reply) => search(reply, query),
    );

    const body = { content: { [form]: { schema: parameters } } };
    fhir.post<{ Querystring: Asked; Body: Asked | undefined }>(
      `/${type}/_search`,
      {
        config: { scope: 'public' },
        schema: {
          ...common,
          operationId: `search${type}ByForm`,
          summary: `Search ${type} by a form`,
          'x-lobar': { ...fhirNotes(errorsOf.fhirForm), bodyOptional: true },
          body,
        },
        bodyLimit: limits.requestBytes,
      },
      ({ query, body }, reply) => search(reply, together(query, body ?? {})),
    );
    // Without it this would read the resource of the id _search.
    fhir.get(
      `/${type}/_search`,
      { schema: { hide: true }, config: { scope: 'public', noRoute: true } },
      async () => {},
    );
  }
}

/** The parameters of address and form. */
function together(query: Asked, body: Asked): Asked {
  const twice = Object.keys(query).find((name) => name in body);
  if (twice !== undefined) {
    throw new LobarError('request-invalid', { problem: `${twice} stands in the address and in the form` });
  }
  const { _format: format } = body;
  if (format !== undefined && !isJsonFormat(format)) {
    throw new LobarError('not-acceptable', { offered: [fhirJson, json] });
  }
  return { ...query, ...body };
}

function searchParameters(type: ServedType) {
  const names = Object.keys(servedTypes[type]);
  const properties = Object.fromEntries(
    names.map((name) => [name, Type.Optional(Type.String({ minLength: 1 }))]),
  );
  return Type.Object({ ...properties, ...formatParameter }, { additionalProperties: false });
}
