import { PROBLEMS } from '@vestnik/protocol';
import { z } from 'zod';

/** A JSON Schema (2020-12), or any part of the document. */
export type Json = { readonly [member: string]: unknown };

/** The schemas of a document: those with an id stand once under `components`. */
export class Components {
  readonly schemas: Record<string, Json> = { Problem: PROBLEM };

  /** @param target which JSON Schema the document speaks */
  constructor(private readonly target: 'draft-2020-12' | 'draft-7' = 'draft-2020-12') {}

  /** @param io which side of a schema that changes what it reads: what comes in, or what goes out */
  add(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $schema: _dialect, $defs, definitions = $defs, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: this.target }) as Json;
    for (const [id, definition] of Object.entries((definitions ?? {}) as Record<string, Json>)) {
      this.schemas[id] ??= tidy(definition, io) as Json;
    }
    return tidy(rest, io) as Json;
  }
}

/** Points references at `components`, and lets answers grow: only what comes in is strict. */
function tidy(value: unknown, io: 'input' | 'output'): unknown {
  if (Array.isArray(value)) return value.map((one) => tidy(one, io));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => io === 'input' || name !== 'additionalProperties' || member !== false)
      .map(([name, member]) => {
        if (name === '$ref' && typeof member === 'string') return [name, member.replace(/^#\/(?:\$defs|definitions)\//, '#/components/schemas/')];
        return [name, tidy(member, io)];
      }),
  );
}

const PROBLEM: Json = {
  type: 'object',
  description: 'Problem details (RFC 9457). Programs switch on `type`.',
  required: ['type', 'title', 'status', 'detail', 'retryable'],
  properties: {
    type: { type: 'string', enum: Object.keys(PROBLEMS).map((slug) => `urn:vestnik:problem:${slug}`) },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What was wrong this time.' },
    instance: { type: 'string' },
    retryable: { type: 'boolean', description: 'Whether the same request may succeed later, unchanged.' },
    retryAfter: { type: 'number', description: 'Seconds to wait before the next try.' },
    errors: {
      type: 'array',
      description: 'The wrong fields.',
      items: { type: 'object', required: ['path', 'message'], properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};
