import { expect, it } from 'vitest';
import { FRAMES_MAX, type Frame, kindOf, prettyOf, withFrame } from './frame-log.js';

const frame = (number: number, text = '{}'): Frame => ({ number, at: 0, direction: 'in', how: 'WebSocket', text });

it('keeps the last frames only, and of a huge one its beginning', () => {
  let frames: readonly Frame[] = [];
  for (let number = 0; number < FRAMES_MAX + 50; number++) frames = withFrame(frames, frame(number));
  expect(frames).toHaveLength(FRAMES_MAX);
  expect(frames[0]?.number).toBe(50);
  expect(withFrame([], frame(1, 'x'.repeat(50_000)))[0]?.text.length).toBe(20_001);
});

it('sets JSON in lines, also within an event, and leaves the rest alone', () => {
  expect(prettyOf('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(prettyOf('event: message\ndata: {"a":1}')).toBe('event: message\ndata: {\n  "a": 1\n}');
  expect(prettyOf('GET …/inbox')).toBe('GET …/inbox');
});

it('names a frame by what it says', () => {
  expect(kindOf(frame(1, '{"jsonrpc":"2.0","id":3,"method":"send"}'))).toBe('send');
  expect(kindOf(frame(1, '{"id":3,"result":{}}'))).toBe('result 3');
  expect(kindOf(frame(1, '{"id":3,"error":{}}'))).toBe('error 3');
  expect(kindOf(frame(1, '{"messages":[{}],"position":"A","events":[]}'))).toBe('page 1');
  expect(kindOf(frame(1, 'event: notice\ndata: {}'))).toBe('notice');
});
