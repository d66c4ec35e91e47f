import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyBuild } from './build-copy.js';
import { QUICK, SLOW } from './mutations.js';

describe('a copy of the build', () => {
  it.each([...QUICK, ...SLOW])('can still be made that $name: what is to be changed is there, once', (broken) => {
    const copy = copyBuild(broken);
    const root = join(dirname(copy.program), '../../..');
    for (const { file, replace } of broken.changes) expect(readFileSync(join(root, file), 'utf8')).toContain(replace);
    copy.remove();
    expect(existsSync(root)).toBe(false);
  });

  it('is refused loudly where what is to be changed is not there any more', () => {
    const change = { file: 'libs/core/dist/sending/intake.js', find: 'nobody ever wrote this', replace: '' };
    expect(() => copyBuild({ name: 'is impossible', changes: [change] })).toThrow(/is there 0 times instead of once/);
  });
});
