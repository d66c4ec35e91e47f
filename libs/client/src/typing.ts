import type { DeliveredMessage } from '@vestnik/protocol';

/** The messages of an application: what `data` is, by type. `{ 'order.approved': { order: string } }`. */
export type MessageMap = object;

/** The calls of an application, by method. `{ openForm: { params: { order: string }; result: boolean } }`. */
export type CallMap = object;

/** Nothing is known of the messages: any type, any data. */
export type AnyMessages = Record<string, unknown>;
/** Nothing is known of the calls. */
export type AnyCalls = Record<string, { params: unknown; result: unknown }>;

/** A message of one type, with the data that the map says. */
export type MessageOf<Messages extends MessageMap, Type extends keyof Messages & string> = Omit<DeliveredMessage, 'type' | 'data'> & {
  type: Type;
  data: Messages[Type];
};

/** Any of the messages in the map: switching on `type` tells what `data` is. */
export type AnyMessageOf<Messages extends MessageMap> = { [Type in keyof Messages & string]: MessageOf<Messages, Type> }[keyof Messages & string];

export type ParamsOf<Calls extends CallMap, Method extends keyof Calls> = Calls[Method] extends { params: infer Params } ? Params : unknown;
export type ResultOf<Calls extends CallMap, Method extends keyof Calls> = Calls[Method] extends { result: infer Result } ? Result : unknown;
