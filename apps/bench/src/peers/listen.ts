import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Lets a floor listen on a free port, tell it, and end when whoever started it is gone. */
export function listen(server: Server): void {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(`listening on ${(server.address() as AddressInfo).port}`));
  endWithStarter();
}

export function endWithStarter(): void {
  process.stdin.on('end', () => process.exit(0)).resume();
}
