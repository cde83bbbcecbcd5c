import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startKept } from '../../src/migrate/index.ts';
import { createExec, systemClock } from '../../src/procedure/index.ts';

describe.runIf(process.getuid?.() === 0)('a server whose data stay', () => {
  let base = '';
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(base, { recursive: true, force: true });
  });

  it('is made by root where the directory for temporary files is root’s alone, as in a login by libpam-tmpdir', async () => {
    base = await mkdtemp(join(tmpdir(), 'sl-kept-'));
    const own = join(base, 'own');
    await mkdir(own, { mode: 0o700 });
    vi.stubEnv('TMPDIR', own);
    const above = await mkdtemp('/tmp/sl-kept-into-');
    await chmod(above, 0o711);
    const directory = join(above, 'into');
    try {
      const server = await startKept(
        {
          ...{ program: 'mariadbd', family: 'mariadb', user: 'nobody', directory },
          arguments: { initialise: [], start: [] },
        },
        { exec: createExec(), clock: systemClock },
      );
      const told = await server.administrator.tell('CREATE TEMPORARY TABLE mysql.sl_own AS SELECT 1 AS n');
      await server.close();
      expect(told).toMatchObject({ ok: true });
    } finally {
      await rm(above, { recursive: true, force: true });
    }
  });
});
