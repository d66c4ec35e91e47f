import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';

/** An HTTP answer that is read as it comes. */
export class HttpStream {
  text = '';
  ended = false;
  private changed = () => {};

  private constructor(
    private readonly asked: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8');
    response.on('data', (piece: string) => {
      this.text += piece;
      this.changed();
    });
    const end = () => {
      this.ended = true;
      this.changed();
    };
    response.on('end', end);
    response.on('error', end);
    response.on('close', end);
  }

  /** Resolves with the head. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<HttpStream> {
    const asked = httpRequest(url, { headers, agent: false });
    asked.on('error', () => {});
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return new HttpStream(asked, response);
  }

  async until<Found>(find: (text: string) => Found | undefined | false): Promise<Found> {
    for (;;) {
      const found = find(this.text);
      if (found !== undefined && found !== false) return found;
      if (this.ended) throw new Error(`it has ended:\n${this.text}`);
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  async end(): Promise<string> {
    while (!this.ended) {
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
    return this.text;
  }

  /** The events of a `text/event-stream`, comments and `retry` aside. */
  get events(): { readonly event: string; readonly id?: string; readonly data: Record<string, unknown> }[] {
    const blocks = this.text.split('\n\n').slice(0, -1);
    return blocks.flatMap((block) => {
      const fields = Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
      const { event, id, data } = fields;
      return event === undefined ? [] : [{ event, ...(id === undefined ? {} : { id }), data: JSON.parse(data ?? '') as Record<string, unknown> }];
    });
  }

  /** The lines of JSON, empty ones aside. */
  get lines(): Record<string, unknown>[] {
    const lines = this.text.split('\n').slice(0, -1);
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The client goes away. */
  drop(): void {
    this.asked.destroy();
  }
}
