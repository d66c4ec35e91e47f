import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { Problem } from '@vestnik/protocol';
import type { HttpReply } from '../http/request.js';
import { PAGE, POLICY, START } from './page.js';

const TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The page to try the API; public, as the document is. */
@Controller('docs')
export class DocsController {
  private readonly files = new Map<string, Promise<Buffer>>();

  @Get()
  page(@Res() reply: HttpReply): void {
    reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', POLICY).header('cache-control', 'no-cache').send(PAGE);
  }

  @Get('start.js')
  start(@Res() reply: HttpReply): void {
    reply.header('content-type', 'text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(START);
  }

  @Get(':file')
  async file(@Param('file') name: string, @Res() reply: HttpReply): Promise<void> {
    const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (type === undefined) throw new Problem('not-found', 'the page has no such file');
    reply
      .header('content-type', type)
      .header('cache-control', 'public, max-age=3600')
      .send(await this.read(name));
  }

  private read(name: string): Promise<Buffer> {
    const file = this.files.get(name) ?? readFile(join(folder(), name));
    this.files.set(name, file);
    return file;
  }
}

function folder(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}
