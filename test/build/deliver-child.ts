import { join } from 'node:path';
import { gitopsCommitNode } from '../../src/gitops/index.ts';
import { applyConfig, applyLimits } from '../../src/migrate/apply/config.ts';
import { migrateNodes, openDatabase, readMigrations } from '../../src/migrate/index.ts';
import {
  createExec,
  createSecrets,
  type Procedure,
  procedure,
  resumeProcedure,
  runProcedure,
  sequence,
  systemClock,
} from '../../src/procedure/index.ts';

/** Migrations and a GitOps commit as one procedure; as a program it runs or resumes it, and kills itself at a boundary. */

type Engine = 'mariadb' | 'mysql';

export async function delivery(dir: string, engine: Engine, secrets = createSecrets()): Promise<Procedure> {
  const database = openDatabase({ dsn: { secret: 'env:TEST_DSN' }, secrets, connectTimeoutMs: 5000 });
  const migrations = await readMigrations(join(dir, 'migrations'));
  const settings = {
    engine,
    environment: 'production',
    lockWaitTimeoutMs: 2000,
    lockAttempts: 3,
    statementTimeoutMs: 20_000,
    apply: applyLimits(applyConfig.parse({})),
  };
  const git = gitopsCommitNode({
    ...{
      id: 'git',
      repository: join(dir, 'desired.git'),
      branch: 'main',
      file: 'apps/production.yaml',
      path: 'version',
    },
    ...{ workDir: join(dir, 'work'), value: '2.0.0', service: 'certkeeper', environment: 'production' },
    author: { name: 'Shiplock', email: 'shiplock@example.org' },
  });
  const { node } = migrateNodes({ database, migrations, ...settings });
  return procedure({
    id: 'delivery',
    title: 'Migrate and make git true',
    description: 'Only for tests.',
    environment: 'production',
    inputs: { dir },
    root: sequence({ id: 'delivery', title: 'Migrate and make git true', steps: [node, git] }),
  });
}

if (import.meta.main) {
  const [dir = '', how = 'run', killAt = '-1', run = 'run-of-this-test'] = process.argv.slice(2);
  const secrets = createSecrets();
  let boundary = 0;
  let beforeGit: number | undefined;
  const options = {
    ...{ store: join(dir, 'state'), clock: systemClock, secrets, exec: createExec(), who: 'test' },
    killAt: ({ node }: { readonly node: string }) => {
      if (node.split('/').includes('git')) beforeGit ??= boundary;
      if (boundary === Number(killAt)) process.kill(process.pid, 'SIGKILL');
      boundary += 1;
    },
  };
  const engine = process.env['TEST_ENGINE'] === 'mysql' ? 'mysql' : 'mariadb';
  const built = await delivery(dir, engine, secrets);
  const result =
    how === 'resume' ? await resumeProcedure(built, run, options) : await runProcedure(built, { ...options, run });
  process.stdout.write(
    `${JSON.stringify({ outcome: result.outcome, problems: result.problems, boundaries: boundary, beforeGit })}\n`,
  );
  process.exitCode = result.exit;
}
