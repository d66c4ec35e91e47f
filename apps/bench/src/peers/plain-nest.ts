/**
 * Floor: a NestJS controller as the manual writes it, which emits through Socket.IO.
 *
 * On the platform that its argument names: `fastify` or `express`.
 */
import 'reflect-metadata';
import type { Server as HttpServer } from 'node:http';
import { Body, Controller, HttpCode, Injectable, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Server } from 'socket.io';
import { endWithStarter } from './listen.js';

@Injectable()
class Pushes {
  readonly io = new Server({ serveClient: false });

  constructor() {
    this.io.on('connection', (socket) => socket.join(String(socket.handshake.query.client)));
  }

  push(to: string, data: unknown): void {
    this.io.to(to).emit('message', data);
  }
}

interface PushBody {
  readonly to: string;
  readonly data: unknown;
}

@Controller()
class PushController {
  constructor(private readonly pushes: Pushes) {}

  @Post('push')
  @HttpCode(202)
  push(@Body() { to, data }: PushBody): { sent: number } {
    this.pushes.push(to, data);
    return { sent: 1 };
  }
}

@Module({ controllers: [PushController], providers: [Pushes] })
class PushModule {}

const adapter = process.argv[2] === 'express' ? new ExpressAdapter() : new FastifyAdapter();
const application = await NestFactory.create(PushModule, adapter, { logger: false });
application.get(Pushes).io.attach(application.getHttpServer() as HttpServer);
await application.listen(0, '127.0.0.1');
console.log(`listening on ${new URL(await application.getUrl()).port}`);
endWithStarter();
