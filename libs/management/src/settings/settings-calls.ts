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
    default: z.unknown().optional().describe('Absent where there is none, or where it depends on others.'),
    differs: z.boolean().describe('Whether it was set to something else than the default.'),
    group: z.string().optional().describe('What it belongs to: `network`, `storage`, `security`, `limits`, `sign-in`, `log`.'),
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
      example: { items: [{ name: 'port', value: 8380, source: 'VESTNIK_PORT', secret: false, default: 8378, differs: true, group: 'network' }] },
    },
  },
});

export const SETTINGS_CALLS = [listSettings];
