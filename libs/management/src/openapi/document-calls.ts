import { z } from 'zod';
import { PUBLIC } from '../access/access.js';
import { operation } from './operation.js';

export const getDocument = operation({
  id: 'getDocument',
  method: 'get',
  path: '/v1/openapi.json',
  tag: 'Documents',
  summary: 'This document',
  access: PUBLIC,
  answers: { 200: { description: 'OpenAPI 3.1.', schema: z.record(z.string(), z.unknown()) } },
});

export const DOCUMENT_CALLS = [getDocument];
