import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';

test('a configuration is read from disk', async () => {
  const result = await readConfig('examples/certkeeper/shiplock.yaml');
  expect(result.ok && result.value.service.service).toBe('certkeeper');
});

test('so is that of its client', async () => {
  const result = await readConfig('examples/certkeeper/shiplock.client.yaml');
  expect(result).toMatchObject({ ok: true });
});

test.each([
  ['test/config/nowhere.yaml', 'config.not-found'],
  ['test/config', 'config.not-found'],
])('%s is refused as %s', async (path, code) => {
  expect(await readConfig(path)).toMatchObject({ ok: false, problems: [{ code, where: path }] });
});
