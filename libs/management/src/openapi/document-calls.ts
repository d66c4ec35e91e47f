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

export const getAsyncApi = operation({
  id: 'getAsyncApi',
  method: 'get',
  path: '/v1/asyncapi.json',
  tag: 'Documents',
  summary: 'What is pushed, and the methods that clients call over sockets and streams',
  access: PUBLIC,
  answers: { 200: { description: 'AsyncAPI 3.0.', schema: z.record(z.string(), z.unknown()) } },
});

export const DOCUMENT_CALLS = [getDocument, getAsyncApi];
