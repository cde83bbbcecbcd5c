import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Option } from 'commander';
import { type Config, readConfig } from '../../config/index.ts';
import { EXIT } from '../../model/exit.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { createExec } from '../../procedure/index.ts';
import {
  type Answers,
  complete,
  type Found,
  findPin,
  finishBegun,
  lookAround,
  type PlannedFile,
  planCallers,
  planFiles,
  type Wishes,
  writeFiles,
} from '../../release/index.ts';
import { interview, oneOf } from '../ask.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';

interface Options {
  readonly service?: string;
  readonly component?: readonly string[];
  readonly ready?: string;
  readonly database?: 'mysql' | 'mariadb' | 'none';
  readonly migrations?: string;
  readonly traffic?: 'haproxy' | 'nginx';
  readonly strategy?: 'canary' | 'blue-green';
  readonly environment?: readonly string[];
  readonly workflows?: string;
  readonly state?: string;
  readonly runner?: string;
  readonly branch?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addInit({ program, io, done }: Registry): void {
  program
    .command('init')
    .summary('write shiplock.yaml and workflows for a service')
    .description(
      'Write shiplock.yaml for a service, with the reason for each choice, and what belongs into .gitignore. Looks what lies in the directory and asks at a terminal; elsewhere it takes what was found and what flags say, and asks nothing.',
    )
    .argument('[directory]', 'the service (default: here)')
    .option('--service <name>', 'name of the service (default: that of the git remote, or of the directory)')
    .option(
      '--component <kind:directory>',
      'go:DIRECTORY or static:DIRECTORY, one of each (default: what is found)',
      collect,
    )
    .option('--ready <path>', 'path that answers 200 when an instance may get traffic')
    .addOption(new Option('--database <engine>', 'family of the database').choices(['mysql', 'mariadb', 'none']))
    .option('--migrations <directory>', 'numbered SQL files (default: what is found)')
    .addOption(new Option('--traffic <proxy>', 'the proxy').choices(['haproxy', 'nginx']))
    .addOption(new Option('--strategy <strategy>', 'how a new version gets traffic').choices(['canary', 'blue-green']))
    .option('--environment <name>', 'once for each (default: development and production)', collect)
    .option(
      '--workflows <owner/name@tag>',
      'write workflows too, which call those of this repository at this tag or commit; a shiplock.yaml that is there stays',
    )
    .option('--state <dir>', 'state directory on the runner, for the workflows (default: /var/lib/shiplock/SERVICE)')
    .option('--runner <label>', 'label of the runner that reaches the environments (default: self-hosted)')
    .option('--branch <name>', 'what is pushed to it is released (default: that of the remote, or main)')
    .option('--yes', 'ask nothing')
    .option('--force', 'replace what is there: shiplock.yaml, or with --workflows only the workflows')
    .option('--dry-run', 'show what would be written, and write nothing')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock init\n  $ shiplock init --workflows acme/shiplock@v0.1.0\n  $ shiplock init services/api --yes --traffic nginx\n  $ shiplock init --yes --service shop --component go:api --component static:web --environment staging --environment production',
    )
    .action(async (directory: string | undefined, options: Options) => {
      const where = resolve(io.cwd, directory ?? '.');
      const finished = options.dryRun === true ? [] : await finishBegun(where);
      for (const path of finished) io.err(`finished what an earlier \`shiplock init\` had begun: ${path}\n`);
      const pin = options.workflows === undefined ? null : await findPin(options.workflows, serverOf(io), createExec());
      const config = pin === null ? null : await configThere(where);
      if (pin !== null && config !== null) {
        const files = await planCallers(where, config, pin, options);
        if (options.dryRun !== true) await writeFiles(where, files, options.force === true);
        const end = options.dryRun === true ? 'nothing was written' : 'written; shiplock.yaml stays as it is';
        done(result(where, config.service.service, files, options.dryRun === true ? filesText(where, files) : '', end));
        return;
      }
      const found = await lookAround(where);
      const asks = io.asks === true && options.yes !== true && options.json !== true;
      const talk = asks ? interview(io) : null;
      try {
        const wishes = talk === null ? wishesOf(options) : await askAll(talk, options, found);
        const answers = completed(complete(wishes, found));
        const files = await planFiles(where, answers, pin === null ? null : { pin, ...options });
        const shown = filesText(where, files);
        if (options.dryRun === true) {
          done(result(where, answers.service, files, shown, 'nothing was written'));
          return;
        }
        if (talk !== null) {
          io.err(`\n${shown}\n\n`);
          const sure = await talk.ask('Write this?', 'yes', oneOf(['yes', 'no']));
          if (sure === 'no') {
            done(result(where, answers.service, files, '', 'nothing was written'));
            return;
          }
        } else if (options.force !== true && files.some(({ state }) => state === 'changed')) io.err(`${shown}\n`);
        await writeFiles(where, files, options.force === true);
        done(result(where, answers.service, files, '', 'written; now: shiplock validate, then shiplock doctor'));
      } finally {
        await talk?.close();
      }
    });
}

function wishesOf({ component, environment, ...options }: Options): Wishes {
  return {
    ...{ service: options.service, ready: options.ready, database: options.database },
    ...{ migrations: options.migrations, traffic: options.traffic, strategy: options.strategy },
    components: component,
    environments: environment,
  };
}

/** Asks only what no flag has said. */
async function askAll(talk: ReturnType<typeof interview>, options: Options, found: Found): Promise<Wishes> {
  const wishes = wishesOf(options);
  const list = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '');
  const service = wishes.service ?? (await talk.ask('Name of the service?', found.service ?? 'my-service'));
  const components =
    wishes.components ??
    list(await talk.ask('Components (go:DIRECTORY, static:DIRECTORY)?', found.components.join(' ') || 'go:.'));
  const api = found.go.find(({ source }) => components.includes(`go:${source}`));
  const hasGo = components.some((word) => word.startsWith('go:'));
  const ready =
    wishes.ready ??
    (hasGo ? await talk.ask('Path that answers 200 when it may get traffic?', api?.ready ?? '/healthz') : undefined);
  const engines = ['mysql', 'mariadb', 'none'] as const;
  const database =
    wishes.database ??
    engines.find((one) => one === 'none' && found.migrations === null) ??
    pick(engines, await talk.ask(`Database of the migrations in ${found.migrations}?`, 'mysql', oneOf(engines)));
  const proxies = ['haproxy', 'nginx'] as const;
  const traffic = wishes.traffic ?? pick(proxies, await talk.ask('Proxy (haproxy, nginx)?', 'haproxy', oneOf(proxies)));
  const environments = wishes.environments ?? list(await talk.ask('Environments?', 'development production'));
  return { ...wishes, service, components, ready, database, traffic, environments };
}

function pick<T extends string>(words: readonly T[], answer: string): T | undefined {
  return words.find((word) => word === answer);
}

function completed(answer: ReturnType<typeof complete>): Answers {
  if (answer.kind === 'complete') return answer.answers;
  throw new ProblemError(answer.problems);
}

/** The configuration that is there; null where there is none. */
async function configThere(where: string): Promise<Config | null> {
  const file = join(where, 'shiplock.yaml');
  return existsSync(file) ? unwrap(await readConfig(file)) : null;
}

/** The forge that holds the workflows, as its jobs name it. */
export function serverOf({ env }: Pick<Io, 'env'>): string {
  return env['GITHUB_SERVER_URL'] ?? 'https://github.com';
}

export function filesText(where: string, files: readonly PlannedFile[]): string {
  return files
    .map(({ path, state, lines }) =>
      [`${relative(where, path)}: ${state}`, ...lines.map((line) => `  ${line}`)].join('\n'),
    )
    .join('\n');
}

function result(
  where: string,
  service: string,
  files: readonly PlannedFile[],
  shown: string,
  end: string,
): CommandResult {
  const list = files.map(({ path, state }) => `${relative(where, path)}: ${state}`);
  return {
    exit: EXIT.done,
    text: [...(shown === '' ? list : [shown]), end].join('\n'),
    json: {
      directory: where,
      service,
      files: files.map(({ path, state, after }) => ({ path, state, text: after })),
      result: end,
    },
  };
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
