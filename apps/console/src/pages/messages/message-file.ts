import { bytesOfBase64 } from '../../parts/hex.js';
import type { Data } from './fetch-data.js';

/** The data of a message as a file, named after it. */
export function fileOf(id: string, data: Data): File {
  if (data.kind === 'json') return new File([data.text], `${id}.json`, { type: 'application/json' });
  const bytes = bytesOfBase64(data.base64);
  // Nothing is opened by what it says that it is: the browser only saves it.
  const type = 'application/octet-stream';
  return bytes === undefined ? new File([data.base64], `${id}.txt`, { type }) : new File([new Uint8Array(bytes)], `${id}.bin`, { type });
}
