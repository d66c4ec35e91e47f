import { expect, it } from 'vitest';
import { may, type Session } from '../api/session.js';
import { NAVIGATION, placeOf } from './navigation.js';

const session = (role: Session['role'], tenants?: string[]) => ({ name: 'petrov', role, ...(tenants === undefined ? {} : { tenants }) }) as Session;
const seen = (who: Session) => NAVIGATION.flatMap(({ places }) => places).filter(({ right }) => may(who, right));

it('marks the place that a page belongs to', () => {
  expect(placeOf('/')).toBe('overview');
  expect(placeOf('/messages/0190')).toBe('messages');
  expect(placeOf('/tenants/sales')).toBe('tenants');
  expect(placeOf('/tenants/sales/clients/ivanov')).toBe('clients');
  expect(placeOf('/account')).toBeUndefined();
});

it('shows nobody a page that the server would refuse', () => {
  expect(seen(session('owner')).length).toBe(NAVIGATION.flatMap(({ places }) => places).length);
  expect(seen(session('viewer')).map(({ name }) => name)).not.toContain('try');
  expect(seen(session('operator', ['sales'])).map(({ name }) => name)).not.toContain('audit');
  expect(seen(session('operator', ['sales'])).map(({ name }) => name)).toContain('clients');
});
