import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundles, writeBundle } from '../../../scripts/bundle.ts';
import { forEnterprise } from '../../../scripts/enterprise.ts';
import { command, type Ran } from '../../../scripts/lab/lab.ts';
import { reusable } from '../../../scripts/schemas/workflows.ts';
import { toolPath } from '../../../scripts/tool.ts';

/**
 * The repository of the workflows in git, as a mirror on a server that does not know `$/`, and a runner that takes workflows and actions from it
 * while it runs those of another repository: `act` on this machine, without containers, offline.
 */
export interface Runner {
  /** `owner/name` of the repository of the workflows. */
  readonly repository: string;
  /** Its head: what callers pin. */
  readonly commit: string;
  /** Holds `owner/name`; for `git ls-remote`. */
  readonly server: string;
  /** Commits the workflows once more and tags that; the new head. */
  tag(name: string): Promise<string>;
  /** Runs a workflow of the repository in `cwd`. Secrets are given to the runner, not to this process's children. */
  run(cwd: string, workflow: string, event: string, given?: Given): Promise<Ran>;
}

export interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** File with the event, as the forge sent it. */
  readonly event?: string;
  /** Actions of others, `owner/name@ref` → directory: they are not fetched, not even where no step reaches them. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** Variables of the job: where the forge is, who started it. */
  readonly env?: Readonly<Record<string, string>>;
}

const REPOSITORY = 'example/shiplock';
const WORKFLOWS = join('.github', 'workflows');

/** @param dir of the test; everything is kept below it */
export async function openRunner(dir: string): Promise<Runner> {
  const act = await toolPath('act');
  const server = join(dir, 'forge');
  const home = join(server, REPOSITORY);
  await mkdir(join(home, WORKFLOWS), { recursive: true });
  const git = async (...words: readonly string[]): Promise<string> => {
    const identity = ['-c', 'user.name=Lab', '-c', 'user.email=lab@localhost'];
    const ran = await command(['git', '-C', home, ...identity, ...words]);
    if (ran.code !== 0) throw new Error(`git ${words.join(' ')}: ${ran.stderr}`);
    return ran.stdout.trim();
  };
  const actions = await readdir('actions', { withFileTypes: true });
  for (const { name } of actions.filter((entry) => entry.isDirectory())) {
    await mkdir(join(home, 'actions', name), { recursive: true });
    await cp(join('actions', name, 'action.yml'), join(home, 'actions', name, 'action.yml')).catch(() => undefined);
  }
  for (const bundle of bundles.filter((one) => one.name === 'actions'))
    await writeBundle(bundle, join(home, 'actions', 'dist'));
  // The command says the version of its package.
  await cp('package.json', join(home, 'package.json'));
  await git('init', '-q', '-b', 'main', '.');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'As published');
  const first = await git('rev-parse', 'HEAD');
  for (const [name, { text }] of reusable('.'))
    await writeFile(join(home, WORKFLOWS, `${name}.yml`), forEnterprise(text, REPOSITORY, first));
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Workflows for this server');
  const heads = [first, await git('rev-parse', 'HEAD')];
  return {
    repository: REPOSITORY,
    commit: heads.at(-1) ?? '',
    server,
    tag: async (name) => {
      await git('commit', '-q', '--allow-empty', '-m', name);
      await git('tag', '-a', '-m', name, name);
      heads.push(await git('rev-parse', 'HEAD'));
      return heads.at(-1) ?? '';
    },
    run: (
      cwd,
      workflow,
      event,
      { inputs = {}, secrets = {}, event: file, env: variables = {}, elsewhere = {} } = {},
    ) => {
      const argv = [
        ...[act, event, '-W', join(WORKFLOWS, workflow), '--action-offline-mode'],
        ...['-P', 'self-hosted=-self-hosted', '--action-cache-path', join(dir, 'act')],
        ...heads.flatMap((commit) => ['--local-repository', `${REPOSITORY}@${commit}=${home}`]),
        ...Object.entries(elsewhere).flatMap(([action, at]) => ['--local-repository', `${action}=${at}`]),
        ...Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
        ...Object.entries(secrets).flatMap(([name, value]) => ['--secret', `${name}=${value}`]),
        ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
        ...(file === undefined ? [] : ['--eventpath', file]),
      ];
      const { SHIPLOCK_DATABASE_DSN: _one, SHIPLOCK_APPLICATION_DSN: _two, ...env } = process.env;
      // act gives its steps a terminal, and colours would stand in what is compared.
      return command(argv, { cwd, env: { ...env, NO_COLOR: '1', XDG_CONFIG_HOME: join(dir, 'act-config') } });
    },
  };
}
