import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { describeOnEach } from '../support/databases.ts';
import { compareSplits, LOGGED, LOGGED_BY_MYSQL } from '../support/split-client.ts';

/** What the client sends is what we split; `npm run soak split` does the same with thousands of texts. */

describeOnEach('splitting as the mysql client does', (family) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await family.start({ args: family.engine === 'mysql' ? LOGGED_BY_MYSQL : LOGGED });
  });
  afterAll(() => server?.stop());

  it('the statements of 100 random texts arrive as they were split', async () => {
    const first = family.engine === 'mysql' ? 1001 : 1;
    const seeds = Array.from({ length: 100 }, (_, index) => first + index);
    const found = await compareSplits(server, 'mariadb', seeds);
    expect(found.differences).toEqual([]);
    expect(found.statements).toBeGreaterThan(140);
    expect(found.refused).toBeLessThan(25);
  });
});
