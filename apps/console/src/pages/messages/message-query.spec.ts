import { describe, expect, it } from 'vitest';
import { askedOf, idIn } from './message-query.js';

describe('a search for messages', () => {
  it('asks for what stands in the address of the page', () => {
    expect(askedOf({ tenant: 'sales', from: 'server@sales.hq', to: '#orders/eu@sales', type: 'order.new', state: 'refused', correlationId: 'A 17' })).toEqual({
      query: { tenant: 'sales', from: 'server@sales.hq', to: '#orders/eu@sales', type: 'order.new', state: 'refused', correlationId: 'A 17' },
      wrong: new Set(),
    });
    expect(askedOf({ since: '2026-11-22T18:00:00+03:00', until: 'yesterday', state: 'lost' }).query).toEqual({ since: '2026-11-22T15:00:00.000Z' });
  });

  it('takes a name alone where the tenant is chosen beside it', () => {
    expect(askedOf({ tenant: 'sales', to: 'Иванов Иван' }).query.to).toBe('Иванов Иван@sales');
  });

  it('names what cannot be asked for, and does not ask for it', () => {
    const { query, wrong } = askedOf({ from: 'ivanov', to: '@', type: 'ордер' });
    expect(query).toEqual({});
    expect([...wrong].sort()).toEqual(['from', 'to', 'type']);
  });
});

it('knows an id by what stands around it in logs', () => {
  const id = '01a203a5-30c2-7571-96c6-92b5317ee42c';
  expect([id, ` ${id}\n`, `"${id}",`, id.toUpperCase(), `(${id}).`].map(idIn)).toEqual([id, id, id, id, id]);
  expect([id.slice(1), `${id} ${id}`, 'A-17', ''].map(idIn)).toEqual([undefined, undefined, undefined, undefined]);
});
