import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkMutation, copyBuild, type Mutation } from './build-copy.js';
import { LINKS } from './link-mutations.js';
import { QUICK, SLOW } from './mutations.js';

describe('a copy of the build', () => {
  it.each([...QUICK, ...SLOW, ...LINKS])('can still be made that $name: what is to be changed is there, once', (broken) => {
    checkMutation(broken);
  });

  it('is changed, runs on its own, and is gone afterwards', () => {
    const change = { file: 'libs/protocol/dist/limits.js', find: 'jsonRpcBatch: 100', replace: 'jsonRpcBatch: 99' };
    const copy = copyBuild({ name: 'takes smaller batches', changes: [change] });
    const root = join(dirname(copy.program), '../../..');
    expect(readFileSync(join(root, change.file), 'utf8')).toContain(change.replace);
    copy.remove();
    expect(existsSync(root)).toBe(false);
  });

  it('is refused loudly where what is to be changed is not there any more', () => {
    const impossible: Mutation = {
      name: 'is impossible',
      changes: [{ file: 'libs/core/dist/sending/intake.js', find: 'nobody ever wrote this', replace: '' }],
    };
    expect(() => checkMutation(impossible)).toThrow(/is there 0 times instead of once/);
    expect(() => copyBuild(impossible)).toThrow(/is there 0 times instead of once/);
  });
});
