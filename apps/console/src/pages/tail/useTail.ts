import { useEffect, useState, useSyncExternalStore } from 'react';
import { api } from '../../api/client.js';
import { withQuery } from '../../parts/paths.js';
import { type Happening, TailBuffer, type TailView } from './tail-buffer.js';

export type TailConnection = 'connecting' | 'open' | 'lost';

/** After an answer that was no stream. */
const AGAIN_MS = 5_000;

export interface Tail {
  readonly view: TailView;
  readonly connection: TailConnection;
  readonly buffer: TailBuffer;
}

/**
 * What happens now, as long as the page is shown. Comes back by itself when the connection is lost.
 *
 * @param query as the API takes it; another one begins anew
 */
export function useTail(query: Readonly<Record<string, string | undefined>>): Tail {
  const [buffer] = useState(() => new TailBuffer());
  const [connection, setConnection] = useState<TailConnection>('connecting');
  const view = useSyncExternalStore(buffer.subscribe, buffer.read);
  const url = withQuery('/v1/tail', query);

  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(url);
      source.onopen = () => setConnection('open');
      source.onerror = () => {
        setConnection('lost');
        if (source?.readyState !== EventSource.CLOSED) return;
        // Refused: why is not told to a page. If it is because the session has ended, this call leads to signing in.
        api.GET('/v1/session').catch(() => undefined);
        clearTimeout(timer);
        timer = setTimeout(open, AGAIN_MS);
      };
      source.addEventListener('seen', ({ data }: MessageEvent<string>) => buffer.add(JSON.parse(data) as Happening));
      source.addEventListener('skipped', ({ data }: MessageEvent<string>) => buffer.skip((JSON.parse(data) as { count: number }).count));
    };
    setConnection('connecting');
    open();
    return () => {
      clearTimeout(timer);
      source?.close();
      buffer.stop();
    };
  }, [url, buffer]);

  return { view, connection, buffer };
}
