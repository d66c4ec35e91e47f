import type { ProblemSlug } from '@vestnik/protocol';
import type { z } from 'zod';
import type { Access } from '../access/access.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** The same in another form. */
export interface OtherForm {
  readonly contentType: string;
  readonly schema: z.ZodType;
  readonly example: unknown;
}

/** One answer that is no problem. */
export interface OperationAnswer {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** Other than JSON. */
  readonly contentType?: string;
  readonly also?: readonly OtherForm[];
}

/**
 * A call of the HTTP API: what routes it, what guards it, and what the OpenAPI document says of it.
 */
export interface Operation {
  /** Unique; what generated clients call it. */
  readonly id: string;
  readonly method: Method;
  /** As OpenAPI writes it: `/v1/tenants/{tenant}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly query?: z.ZodObject;
  readonly headers?: readonly { readonly name: string; readonly description: string; readonly example?: string }[];
  readonly body?: {
    readonly schema: z.ZodType;
    readonly example: unknown;
    readonly also?: readonly OtherForm[] /** Without one it means the same as an empty one. */;
    readonly optional?: true;
  };
  readonly answers: Readonly<Record<number, OperationAnswer>>;
  /** Besides those that follow from the rest: who may call, a body, a tenant in the path. */
  readonly problems?: readonly ProblemSlug[];
}

/** Only so that the literal keeps its own type. */
export function operation<One extends Operation>(one: One): One {
  return one;
}
