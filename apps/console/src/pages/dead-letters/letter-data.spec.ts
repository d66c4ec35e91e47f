import { describe, expect, it } from 'vitest';
import { bodyOf, letterDataIn } from './letter-data.js';

describe('the data of a dead letter', () => {
  it('keep their digits and escapes on the way to the field and back', () => {
    const data = letterDataIn('{"id":"17","data":{"sum":1200.50,"number":12345678901234567890,"name":"\\u0416"}}');
    expect(data).toEqual({ kind: 'json', text: '{\n  "sum": 1200.50,\n  "number": 12345678901234567890,\n  "name": "\\u0416"\n}' });
    expect(bodyOf({ data: data.kind === 'json' ? data.text : '' })).toContain('12345678901234567890');
  });

  it('are bytes where they have a content type', () => {
    expect(letterDataIn('{"contentType":"image/png","data":"iVBO"}')).toEqual({ kind: 'binary', base64: 'iVBO', contentType: 'image/png' });
  });
});

describe('what is sent', () => {
  it('has no body where nothing is different', () => {
    expect(bodyOf({})).toBeUndefined();
  });

  it('names only what is different, and the data as they stand in the field', () => {
    expect(bodyOf({ type: 'a"b' })).toBe('{"type":"a\\"b"}');
    expect(bodyOf({ type: 'order', data: '{ "sum": 1.0 }' })).toBe('{"type":"order","data":{ "sum": 1.0 }}');
  });
});
