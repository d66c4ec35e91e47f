import { Controller, Inject, UseGuards } from '@nestjs/common';
import { CallerGuard } from '../access/caller.guard.js';
import { cookieNameFor } from '../access/credentials.js';
import { asyncApiDocument } from '../asyncapi/document.js';
import { PORT } from '../ports.js';
import { openApiDocument } from './document.js';
import { getAsyncApi, getDocument } from './document-calls.js';
import type { Json } from './schemas.js';
import { Serves } from './serves.js';

/** Of the HTTP API, not of the program. */
const API_VERSION = '1.0.0';

@Controller()
@UseGuards(CallerGuard)
export class DocumentController {
  private readonly document: Json;
  private readonly asyncApi: Json;

  constructor(@Inject(PORT.publicUrl) publicUrl: string) {
    this.document = openApiDocument({ version: API_VERSION, cookieName: cookieNameFor(publicUrl) });
    this.asyncApi = asyncApiDocument({ version: API_VERSION, publicUrl });
  }

  @Serves(getDocument)
  get(): Json {
    return this.document;
  }

  @Serves(getAsyncApi)
  getAsyncApi(): Json {
    return this.asyncApi;
  }
}
