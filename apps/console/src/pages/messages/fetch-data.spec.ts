import { expect, it } from 'vitest';
import { dataIn } from './fetch-data.js';
import { fileOf } from './message-file.js';

it('shows data as it was sent, digit for digit', () => {
  const sent = '{"n": 12345678901234567890.10, "data": {"contentType":"x"}}';
  expect(dataIn(`{"data":${sent}}`)).toEqual({ kind: 'json', text: sent });
  expect(dataIn('{"data":null}')).toEqual({ kind: 'json', text: 'null' });
});

it('knows what is binary, and saves its bytes', async () => {
  const data = dataIn('{"data":"AAEC/w==","contentType":"image/png"}');
  expect(data).toEqual({ kind: 'binary', base64: 'AAEC/w==', contentType: 'image/png' });
  const file = fileOf('1', data);
  expect([file.name, file.type, ...new Uint8Array(await file.arrayBuffer())]).toEqual(['1.bin', 'application/octet-stream', 0, 1, 2, 255]);
});
