import type { Command } from 'commander';
import { jsonSchema } from '../../model/json.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { RotateRequest, RotateState } from '../../release/database/rotate.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly begin?: boolean;
  readonly back?: boolean;
  readonly finish?: boolean;
  readonly admin?: string;
  readonly reason: string;
}

export function addRotate({ io, done }: Registry, database: Command): void {
  withCommonOptions(database.command('rotate'))
    .summary('a new password of an account, without an interruption')
    .description(
      'Say whether the account lets one password in or two. With --begin a new one is made behind its reference and let in beside the old one; restart then what uses the account; with --finish the old one is let in no more.',
    )
    .argument('<environment>', 'whose database')
    .argument('<role>', 'which account: application, migration, backup, monitoring or copy')
    .option('--begin', 'make a new password, let both in, put the new one behind the reference')
    .option('--back', 'put the old one behind the reference again; both are let in')
    .option('--finish', 'let in only the one behind the reference; refused while a connection from before is open')
    .option(
      '--admin <reference>',
      'connection string of an administrator, env:NAME or file:/path (default: database.dsn)',
    )
    .option('--reason <text>', 'why; stands in the journal', 'database rotate')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      `
Examples:
  $ shiplock database rotate production application --admin env:ADMIN_DSN --begin
  $ shiplock runbook run system-restart production --service api --reason "new password"
  $ shiplock database rotate production application --admin env:ADMIN_DSN --finish`,
    )
    .action(async (environment: string, role: string, options: Options) => {
      // The room of databases is loaded when it is asked.
      const { ROLES } = await import('../../database/index.ts');
      const which = ROLES.find((one) => one === role);
      if (which === undefined) throw new ProblemError(unknownRole(role, ROLES));
      const request: RotateRequest = {
        ...{ environment, role: which, admin: options.admin ?? null, why: options.reason },
        what: asked(options),
      };
      const { rotate } = await import('../../release/database/rotate.ts');
      const acts = request.what !== 'look';
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      const { result, state } = await rotate(entry, request);
      done({
        exit: result?.exit ?? 0,
        text: [...(result === null ? [] : [`${result.outcome} (run ${result.run})`]), ...stateText(state)].join('\n'),
        json: jsonSchema.parse({
          ...(result === null ? {} : { outcome: result.outcome, run: result.run, problems: result.problems }),
          ...state,
        }),
      });
    });
}

function asked({ begin, back, finish }: Options): RotateRequest['what'] {
  const given = [begin === true && 'begin', back === true && 'back', finish === true && 'finish'] as const;
  const [one, ...others] = given.filter((what) => what !== false);
  if (others.length === 0) return one ?? 'look';
  throw new ProblemError({
    code: 'cli.rotate-what',
    where: 'database rotate',
    found: [one, ...others].map((what) => `--${what}`).join(' and '),
    expected: 'one of --begin, --back and --finish',
    remedy: 'give one of them; services are restarted between --begin and --finish',
  });
}

function stateText({ role: which, user, from, state, older }: RotateState): readonly string[] {
  const words = {
    one: 'one password, the one behind its reference',
    both: 'two passwords: the one behind its reference, and the other one',
    odd: 'not what is behind its reference, or more than that',
  };
  return [
    `${which}  ${user}@${from}  lets in ${words[state]}`,
    ...(older === null || state !== 'both' ? [] : [`  ${older} connections from before the exchange are open`]),
  ];
}

function unknownRole(found: string, roles: readonly string[]): Problem {
  return {
    code: 'cli.unknown-role',
    where: 'database rotate',
    found,
    expected: `one of ${roles.join(', ')}`,
    remedy: 'name a role of `database.accounts`',
  };
}
