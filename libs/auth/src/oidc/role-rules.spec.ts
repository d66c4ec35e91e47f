import { describe, expect, it } from 'vitest';
import { type RoleRule, readRoleRule, rightOf, ruleAsText } from './role-rules.js';

const rules = (...texts: string[]) => texts.map((text) => readRoleRule(text) as RoleRule);

describe('a rule', () => {
  it('is read as it is written, and written as it was read', () => {
    expect(readRoleRule(' groups:support=viewer@sales ')).toEqual({ claim: 'groups', value: 'support', role: 'viewer', tenant: 'sales' });
    expect(readRoleRule('groups:CN=ops,OU=it=owner')).toEqual({ claim: 'groups', value: 'CN=ops,OU=it', role: 'owner' });
    for (const text of ['groups:support=viewer@sales', 'realm_access.roles:a b=owner']) expect(ruleAsText(readRoleRule(text) as RoleRule)).toBe(text);
  });

  it.each(['', 'groups', 'groups=owner', 'groups:=owner', 'groups:x=king', 'groups:x=owner@sales', 'groups:x=viewer@Sales!'])('is not %j', (text) => {
    expect(readRoleRule(text)).toBeTypeOf('string');
  });
});

describe('the right of somebody', () => {
  const all = rules(
    'groups:owners=owner',
    'groups:all=viewer',
    'groups:s=operator@sales',
    'groups:h=operator@hr',
    'groups:r=viewer@retail',
    'deep.roles:x=viewer',
  );

  it.each([
    ['nobody', [], undefined],
    ['another group', ['owner', 'owners '], undefined],
    ['the highest of the whole installation', ['all', 'owners'], { role: 'owner' }],
    ['the whole installation before a higher role for one tenant', ['all', 's'], { role: 'viewer' }],
    ['several tenants', ['s', 'h'], { role: 'operator', tenants: ['hr', 'sales'] }],
    ['the highest role for single tenants, for those alone', ['r', 's'], { role: 'operator', tenants: ['sales'] }],
  ] as const)('is that of %s', (_, groups, right) => {
    expect(rightOf({ groups }, all)).toEqual(right);
  });

  it('comes from a text, a list or a path, and from nothing that is inherited', () => {
    expect(rightOf({ groups: 'owners' }, all)).toEqual({ role: 'owner' });
    expect(rightOf({ deep: { roles: ['x'] } }, all)).toEqual({ role: 'viewer' });
    expect(rightOf({ 'deep.roles': 'x' }, all)).toEqual({ role: 'viewer' });
    expect(rightOf({ groups: { owners: true } }, all)).toBeUndefined();
    expect(rightOf({}, rules('constructor.name:Object=owner', '__proto__:x=owner'))).toBeUndefined();
  });

  it('does not come from an address that nobody has checked', () => {
    const byMail = rules('email:boss@corp.example=owner');
    expect(rightOf({ email: 'boss@corp.example', email_verified: false }, byMail)).toBeUndefined();
    expect(rightOf({ email: 'boss@corp.example', email_verified: true }, byMail)).toEqual({ role: 'owner' });
    expect(rightOf({ email: 'boss@corp.example', email_verified: 'false' }, byMail)).toBeUndefined();
    expect(rightOf({ email: 'boss@corp.example', email_verified: 'true' }, byMail)).toEqual({ role: 'owner' });
  });
});
