import { expect, it } from 'vitest';
import { shownUrl } from './shown-url.js';

it.each([
  ['https://shop.example/vestnik', 'https://shop.example/vestnik'],
  ['https://bot:s3cret@shop.example:8443/in?token=abc&token=def&x=1#part', 'https://•••@shop.example:8443/in?token=•••&x=•••'],
  ['http://127.0.0.1:1/%D1%85%D1%83%D0%BA', 'http://127.0.0.1:1/хук'],
  ['no url?token=abc', 'no url'],
])('%s is shown without its secrets', (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});
