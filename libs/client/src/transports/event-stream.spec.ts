import { describe, expect, it } from 'vitest';
import { EventStreamReader, type StreamEvent } from './event-stream.js';

function read(...pieces: string[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const reader = new EventStreamReader((event) => events.push(event));
  for (const piece of pieces) reader.push(piece);
  return events;
}

describe('EventStreamReader', () => {
  it('reads events, their names and data of several lines', () => {
    expect(read('event: message\nid: p1\ndata: {"a":1}\n\nevent: notice\ndata:x\ndata: y\n\n')).toEqual([
      { event: 'message', data: '{"a":1}' },
      { event: 'notice', data: 'x\ny' },
    ]);
  });

  it('passes over comments, retry, unknown fields, and events without data', () => {
    expect(read(': hello\n\n', 'retry: 2000\n\n', 'event: message\n\n', 'colour: red\ndata\n\n')).toEqual([{ event: 'message', data: '' }]);
  });

  it.each(['\n', '\r\n', '\r'])('reads lines that end with %j, cut anywhere', (end) => {
    const text = `event: message${end}data: {"text":"привет"}${end}${end}: comment${end}${end}data: 2${end}${end}:${end}`;
    expect(read(...text)).toEqual([
      { event: 'message', data: '{"text":"привет"}' },
      { event: 'message', data: '2' },
    ]);
  });

  it('does not give out an event whose end has not come', () => {
    expect(read('data: 1\n')).toEqual([]);
  });
});
