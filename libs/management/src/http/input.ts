import { Body, type PipeTransform, Query } from '@nestjs/common';
import { isKeepable, LIMITS, Problem, parseWith } from '@vestnik/protocol';
import { z } from 'zod';

/** Reads what comes in with a schema; every wrong field is named. */
class SchemaPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(value: unknown): z.output<Schema> {
    return parseWith(this.schema, value, 'request-invalid');
  }
}

class BodyPipe<Schema extends z.ZodType> extends SchemaPipe<Schema> {
  override transform(value: unknown): z.output<Schema> {
    if (value === undefined || value === null) throw new Problem('request-invalid', 'a JSON body is required, with the header content-type: application/json');
    return super.transform(value);
  }
}

class OptionalBodyPipe<Schema extends z.ZodType> extends SchemaPipe<Schema> {
  override transform(value: unknown): z.output<Schema> {
    return super.transform(value ?? {});
  }
}

/** The JSON body of the request; without one as with an empty object. */
export const OptionalJsonBody = (schema: z.ZodType): ParameterDecorator => Body(new OptionalBodyPipe(schema));

/** The JSON body of the request. */
export const JsonBody = (schema: z.ZodType): ParameterDecorator => Body(new BodyPipe(schema));

/** The query of the request; what the schema does not know is left alone. */
export const QueryOf = (schema: z.ZodType): ParameterDecorator => Query(new SchemaPipe(schema));

/** Which page of a list is asked for. */
export const pageQuery = z.object({
  limit: z.coerce
    .number({ error: 'a number' })
    .int('a whole number')
    .min(1, 'at least 1')
    .max(LIMITS.pageItems, `at most ${LIMITS.pageItems}`)
    .default(LIMITS.pageItemsDefault)
    .describe('How many items at most.'),
  cursor: z.string().min(1).max(1_024).refine(isKeepable, 'take it from next of the page before, as it is').optional().describe('`next` of the page before.'),
});
