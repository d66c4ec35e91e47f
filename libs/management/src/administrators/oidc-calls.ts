import { z } from 'zod';
import { PUBLIC } from '../access/access.js';
import { operation } from '../openapi/operation.js';

const tag = 'Administrators';

const ways = z
  .object({
    password: z.boolean().describe('By name and password.'),
    oidc: z
      .object({ title: z.string().describe('What stands on the button.'), url: z.string().describe('Where the browser is sent to sign in.') })
      .optional()
      .describe('By the OpenID provider, where there is one.'),
  })
  .meta({ id: 'SignInWays' });

export const signInWays = operation({
  id: 'signInWays',
  method: 'get',
  path: '/v1/session/ways',
  tag,
  summary: 'How one can sign in',
  access: PUBLIC,
  answers: {
    200: {
      description: 'The ways.',
      schema: ways,
      example: { password: true, oidc: { title: 'Company account', url: '/v1/session/oidc' } },
    },
  },
});

export const beginOidc = operation({
  id: 'beginOidc',
  method: 'get',
  path: '/v1/session/oidc',
  tag,
  summary: 'Signs in by the OpenID provider: sends the browser there',
  description: 'For a browser. What is to be remembered until it comes back stands in a signed cookie that holds for ten minutes.',
  access: PUBLIC,
  answers: { 302: { description: 'To the provider.' } },
  problems: ['not-found', 'unavailable'],
});

export const oidcCallback = operation({
  id: 'oidcCallback',
  method: 'get',
  path: '/v1/session/oidc/callback',
  tag,
  summary: 'Where the OpenID provider sends the browser back to',
  description:
    'Answers a page that leads on: to the console, signed in, or back to its sign-in page, which says by `?oidc=` why not (`refused`, `no-role`, `name-taken`, `expired`, `unavailable`). The status is then 401, 403, 409, 400 or 503.',
  access: PUBLIC,
  answers: { 200: { description: 'Signed in; the cookie is in `Set-Cookie`.', schema: z.string(), contentType: 'text/html', example: '<!doctype html>' } },
  problems: ['not-found'],
});

export const OIDC_CALLS = [signInWays, beginOidc, oidcCallback];
