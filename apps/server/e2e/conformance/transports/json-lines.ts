import type { Transport } from './bus-client.js';
import { StreamClient } from './stream.js';

/** One JSON-RPC object a line for what is pushed, `rpc` for the rest. */
export const jsonLines: Transport = {
  name: 'JSON lines and rpc',
  exact: true,
  answersConnect: false,
  binary: false,
  tellsTakenOver: true,
  connect: (place, params) => new LinesClient(place, params, 'application/x-ndjson').open(),
};

class LinesClient extends StreamClient {
  protected line(line: string): void {
    if (line !== '') this.tookObject(line);
  }
}
