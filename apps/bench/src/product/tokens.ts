import { connectAll } from '../load/connect-all.js';
import { HttpConnection } from '../load/http-connection.js';
import { clientName, MarkedBytes } from '../load/marked-bytes.js';
import { TENANT } from './tenant.js';

const LANES = 16;

/** Tokens of clients `from` to `to` - 1, minted by the server as for a backend without cryptography. */
export async function mintTokens(port: number, key: string, from: number, to: number): Promise<string[]> {
  if (to <= from) return [];
  const lanes = await Promise.all(Array.from({ length: LANES }, () => HttpConnection.open(port)));
  const free = [...lanes];
  const tokens = await connectAll(
    to - from,
    async (index) => {
      const lane = free.pop() as HttpConnection;
      const body = JSON.stringify({ client: clientName(from + index), ttl: 24 * 3600 });
      const request = MarkedBytes.post(`/v1/tenants/${TENANT}/tokens`, body, { Authorization: `Bearer ${key}` });
      const answer = await new Promise<string>((resolve, reject) => {
        lane.send(request.bytes, (status, text) => (status === 201 ? resolve(text()) : reject(new Error(`a token was refused: ${status} ${text()}`))));
      });
      free.push(lane);
      return (JSON.parse(answer) as { token: string }).token;
    },
    LANES,
  );
  for (const lane of lanes) lane.close();
  return tokens;
}
