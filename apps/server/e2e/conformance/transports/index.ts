import type { Transport } from './bus-client.js';
import { jsonLines } from './json-lines.js';
import { longPoll } from './long-poll.js';
import { serverSentEvents } from './server-sent-events.js';
import { socketIo } from './socket-io.js';
import { webSocket } from './web-socket.js';

/** Every way to hold a session that the contract has. */
export const TRANSPORTS: readonly Transport[] = [webSocket, socketIo('websocket'), socketIo('polling'), serverSentEvents, jsonLines, longPoll];
