export type {
  ConnectResult,
  DeliveredMessage,
  Gap,
  MessageStatus,
  Methods,
  NoticeParams,
  RecipientAnswer,
  RecipientStatus,
  RetractParams,
  SendAnswer,
  SendParams,
  WithdrawResult,
} from '@vestnik/protocol';
export { type ConnectionState, VestnikClient } from './client.js';
export type { ClientEvents, Disconnected, MessageHandler } from './events.js';
export type { ClientOptions, ConnectOptions, SendOptions, TokenSource } from './options.js';
export { memoryPositionStore, type PositionStore, storagePositionStore } from './position-store.js';
export type { SocketConstructor, SocketLike } from './socket.js';
export { errorFromProblem, type LocalSlug, VestnikError, type VestnikErrorSlug } from './vestnik-error.js';
