export type {
  CallAnswer,
  ConnectResult,
  DeliveredMessage,
  Gap,
  HistoryResult,
  MessageStatus,
  Methods,
  NoticeParams,
  Presence,
  RecipientAnswer,
  RecipientStatus,
  RetractParams,
  SendAnswer,
  SendParams,
  SubscribeResult,
  WithdrawResult,
} from '@vestnik/protocol';
export { binary, bytesOf } from './binary.js';
export { type CallContext, CallError, type CallHandler } from './call-handlers.js';
export { type ConnectionState, VestnikClient } from './client.js';
export type { ClientEvents, Disconnected, MessageHandler } from './events.js';
export { topicOf } from './message-filter.js';
export type { CallOptions, ClientOptions, ConnectOptions, RequestOptions, SendOptions, TokenSource } from './options.js';
export { memoryPositionStore, type PositionStore, storagePositionStore } from './position-store.js';
export type { SocketConstructor, SocketLike } from './socket.js';
export type { SessionInfo, TransportName } from './transports/transport.js';
export type { AnyCalls, AnyMessageOf, AnyMessages, MessageOf } from './typing.js';
export { errorFromProblem, errorFromRpc, type LocalSlug, VestnikError, type VestnikErrorSlug } from './vestnik-error.js';
