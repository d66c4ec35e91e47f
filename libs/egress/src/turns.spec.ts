import { expect, it } from 'vitest';
import { Turns } from './turns.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('lets one tenant have so many turns, and the others theirs meanwhile', async () => {
  const turns = new Turns(3, 2);
  const order: string[] = [];
  const take = async (tenant: number, name: string) => {
    const back = await turns.take(tenant);
    order.push(name);
    return back;
  };
  const first = await take(1, 'a1');
  await take(1, 'a2');
  const waiting = ['a3', 'a4', 'a5'].map((name) => take(1, name));
  const other = await take(2, 'b1');
  const b2 = take(2, 'b2');
  await settle();
  expect(order).toEqual(['a1', 'a2', 'b1']);
  other();
  await b2;
  first();
  await waiting[0];
  expect(order).toEqual(['a1', 'a2', 'b1', 'b2', 'a3']);
});

it('gives a turn back once only', async () => {
  const turns = new Turns(1, 1);
  const back = await turns.take(1);
  back();
  back();
  await turns.take(1);
  let second = false;
  void turns.take(2).then(() => {
    second = true;
  });
  await settle();
  expect(second).toBe(false);
});

it('forgets whoever does not wait any more', async () => {
  const turns = new Turns(1, 1);
  const back = await turns.take(1);
  const impatient = new AbortController();
  const gone = turns.take(1, impatient.signal);
  const patient = turns.take(1);
  impatient.abort(new Error('enough'));
  await expect(gone).rejects.toThrow('enough');
  back();
  await patient;
  await expect(turns.take(1, impatient.signal)).rejects.toThrow('enough');
});
