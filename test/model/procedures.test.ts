import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isOpen, PROCEDURES, traitsOf } from '../../src/model/procedures.ts';

const SRC = join(import.meta.dirname, '../../src');

/** Ids of the procedures that the source makes: trees for the engine, and what is recorded whole without one. */
async function idsInSource(): Promise<readonly string[]> {
  const files = (await readdir(SRC, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(SRC, name), 'utf8')));
  const trees = texts.flatMap((text) =>
    [...text.matchAll(/\bprocedure\(\{\s*id: '([^']+)'/g)].map(([, id = '']) => id),
  );
  const whole = texts.flatMap((text) => [...text.matchAll(/\bchange\(request, '([^']+)'/g)].map(([, id = '']) => id));
  return [...trees, ...whole];
}

describe('the table of procedures', () => {
  test('has every procedure of the program, and no other', async () => {
    expect(new Set(await idsInSource())).toEqual(new Set(Object.keys(PROCEDURES)));
  });

  test('counts what it does not know everywhere', () => {
    expect(traitsOf('of-a-later-version')).toEqual({ serves: true, holds: true, stopped: 'resumed' });
    expect(traitsOf('constructor')).toEqual(traitsOf('of-a-later-version'));
  });

  test.each([
    ['release', 'newest, open'],
    ['rollback', 'newest, open'],
    ['unit', 'newest, open'],
    ['unit-rollback', 'newest, open'],
    ['migrate', 'open'],
    ['adopt', ''],
    ['prove', ''],
    ['data-copy', ''],
    ['data-generate', ''],
    ['data-reset', ''],
    ['database-configure', ''],
    ['database-rotate', ''],
    ['database-tls', ''],
    ['database-users', ''],
    ['gitops-commit', ''],
    ['argocd-wait', ''],
    ['build', ''],
    ['scan', ''],
    ['attest', ''],
    ['backup', ''],
    ['backup-verify', ''],
    ['backup-verify-hosts', ''],
    ['backup-forget', ''],
    ['restore-drill', ''],
    ['restore-files', ''],
    ['restore-host-files', ''],
    ['restore-host-undo', ''],
    ['restore', ''],
    ['quarantine', ''],
    ['lock', ''],
    ['unlock', ''],
    ['runbook:system-stop', 'open'],
  ] as const)('%s that has not ended is found as: %s', (procedure, expected) => {
    const words = [
      ...(traitsOf(procedure).serves ? ['newest'] : []),
      ...(isOpen({ procedure, finished: null }) ? ['open'] : []),
    ];
    expect(words.join(', ')).toBe(expected);
    expect(isOpen({ procedure, finished: { outcome: 'done' } })).toBe(false);
  });
});
