import { expect, it } from 'vitest';
import { queryOf } from './clients-query.js';
import { resendBodyOf } from './resend-body.js';

it('asks for what stands in the address of the page', () => {
  expect(queryOf({ search: 'кас', tenant: 'sales', online: 'false', behind: '100', dropped: 'true' }, 'behind')).toEqual({
    search: 'кас',
    tenant: 'sales',
    online: 'false',
    behind: 100,
    dropped: 'true',
    sort: 'behind',
  });
});

it('asks for nothing that the server would refuse', () => {
  expect(queryOf({ online: 'perhaps', behind: 'many', dropped: 'false' }, 'colour')).toEqual({});
  expect(queryOf({ behind: '0' }, undefined)).toEqual({});
  expect(queryOf({ behind: '99999' }, undefined)).toEqual({ behind: 10_000 });
});

it('resends since a time in the zone of the browser, or after a position', () => {
  const form = { since: '2026-11-22T18:00:00', until: '', position: ' BaxllyA ', limit: 50 };
  expect(resendBodyOf({ ...form, way: 'since' })).toEqual({ since: new Date('2026-11-22T18:00:00').toISOString(), limit: 50 });
  expect(resendBodyOf({ ...form, way: 'position' })).toEqual({ position: 'BaxllyA', limit: 50 });
});
