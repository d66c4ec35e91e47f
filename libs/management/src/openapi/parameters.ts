import { z } from 'zod';
import type { Operation } from './operation.js';
import type { Components, Json } from './schemas.js';

const PATH_PARAMETERS: Readonly<Record<string, { description: string; example: string }>> = {
  tenant: { description: 'Name of the tenant.', example: 'demo' },
  client: { description: 'Name of the client, percent-encoded UTF-8.', example: 'ivanov' },
  topic: { description: 'A topic or, to subscribe, a pattern; percent-encoded UTF-8, with %2F between levels.', example: 'orders/eu' },
  session: { description: 'The session’s own word.', example: '7f3a' },
  key: { description: 'Id of the key, as lists have it.', example: 'k7f3a91c' },
  id: { description: 'Id, as it was answered.', example: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11' },
  link: { description: 'Id of the other installation.', example: 'k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u' },
  name: { description: 'Name of the administrator.', example: 'petrov' },
};

/** The names between braces in a path. */
export function pathNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
}

/** The parameters of a call as the document has them. */
export function parametersOf({ path, query, headers = [] }: Operation, components: Components): Json[] {
  return [
    ...pathNames(path).map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' }, ...PATH_PARAMETERS[name] })),
    ...(query === undefined ? [] : queryParameters(query, components)),
    ...headers.map(({ name, description, example }) => ({ name, in: 'header', required: false, description, schema: { type: 'string' }, example })),
  ];
}

function queryParameters(query: z.ZodObject, components: Components): Json[] {
  return Object.entries(query.shape).map(([name, schema]) => {
    // Numbers come as text and are read; the document says what they are afterwards.
    const { description, ...rest } = components.add(schema as z.ZodType, schema instanceof z.ZodDefault ? 'output' : 'input');
    return { name, in: 'query', required: false, ...(description === undefined ? {} : { description }), schema: rest };
  });
}
