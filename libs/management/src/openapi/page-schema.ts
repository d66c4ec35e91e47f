import { z } from 'zod';

/** A page of a list. */
export const pageOfSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().optional().describe('The `cursor` of the page after this one; absent on the last.') });
