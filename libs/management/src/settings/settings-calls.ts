import { z } from 'zod';
import { administrators } from '../access/access.js';
import { operation } from '../openapi/operation.js';

const setting = z
  .object({
    name: z.string(),
    value: z.unknown(),
    source: z.string().optional().describe('Where it came from.'),
    description: z.string().optional(),
    secret: z.boolean(),
  })
  .meta({ id: 'Setting' });

export const listSettings = operation({
  id: 'listSettings',
  method: 'get',
  path: '/v1/settings',
  tag: 'Installation',
  summary: 'The settings of this node as they took effect; secrets are masked',
  access: administrators('viewer'),
  answers: {
    200: {
      description: 'All settings.',
      schema: z.object({ items: z.array(setting) }),
      example: { items: [{ name: 'VESTNIK_PORT', value: 8378, source: 'default', secret: false }] },
    },
  },
});

export const SETTINGS_CALLS = [listSettings];
