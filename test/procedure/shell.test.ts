import { expect, it } from 'vitest';
import { checkShell } from '../../src/procedure/machine/exec.ts';

it('says that there is no bash, as in small images, before it waits for what was never started', () => {
  expect(() => checkShell('bash', '/nowhere:/nowhere/else')).toThrow(/no bash/);
  expect(() => checkShell('bash', '/nowhere:/bin')).not.toThrow();
  expect(() => checkShell('/bin/bash', '')).not.toThrow();
});
