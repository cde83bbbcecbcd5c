import { expect, it } from 'vitest';
import { secretVariables } from '../../src/release/environment/secrets.ts';

it('the variables that hold secrets are found wherever a configuration names them', () => {
  const environment = {
    database: { dsn: { secret: 'env:ADMIN' } },
    components: { api: { process: { env: { A: { secret: 'env:APP' }, B: 'plain', C: { secret: 'file:/run/x' } } } } },
    purge: [{ url: 'http://x', token: { secret: 'env:ADMIN' } }],
  };
  expect(secretVariables(environment)).toEqual(['ADMIN', 'APP']);
  expect(secretVariables(null)).toEqual([]);
});
