import { describe, expect, it } from 'vitest';
import { rpcOfEvent } from './stream-wire.js';

describe('a server-sent event', () => {
  it('is the notification that the WebSocket would carry', () => {
    expect(rpcOfEvent('event: message\nid: AeczbOC\ndata: {"id":"1","type":"x"}')).toEqual({ method: 'message', params: { id: '1', type: 'x' } });
  });

  it('is a call with its id outside its params', () => {
    expect(rpcOfEvent('event: call\ndata: {"id":"c1","from":"a@b.c","method":"echo","params":1}')).toEqual({
      id: 'c1',
      method: 'call',
      params: { from: 'a@b.c', method: 'echo', params: 1 },
    });
  });

  it('is nothing where it is a comment or only says how to come back', () => {
    expect(rpcOfEvent('retry: 2000')).toBeUndefined();
    expect(rpcOfEvent(':')).toBeUndefined();
  });
});
