/** The building blocks of the configuration's schema. */
import { type ObjectOptions, type TProperties, Type } from '@sinclair/typebox';

/** Objects are closed: a misspelt key is a mistake, not a silent default. */
export const closed = <P extends TProperties>(
  properties: P,
  description: string,
  rules: ObjectOptions = {},
) => Type.Object(properties, { additionalProperties: false, description, ...rules });

/** A closed object that may be left out whole. */
export const section = <P extends TProperties>(
  properties: P,
  description: string,
  rules: ObjectOptions = {},
) => Type.Object(properties, { additionalProperties: false, default: {}, description, ...rules });

export const seconds = (value: number, description: string) =>
  Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: value,
    unit: 'seconds',
    description,
  });

export const count = (value: number, description: string, maximum = 1_000_000) =>
  Type.Integer({ minimum: 1, maximum, default: value, description });

export const url = (description: string, example?: string) =>
  Type.String({
    format: 'http-url',
    description,
    ...(example === undefined ? {} : { examples: [example] }),
  });

export const words = (value: readonly string[], description: string) =>
  Type.Array(Type.String({ minLength: 1 }), { default: [...value], description });

/** The path of a file that the platform provides, such as a mounted secret. */
export const file = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
