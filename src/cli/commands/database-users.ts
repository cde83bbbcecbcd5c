import type { Command } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import type { UsersPlan } from '../../release/database/users.ts';
import type { AccountPlan, UsersRequest } from '../../release/database/users-look.ts';
import { type Io, painter } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly apply?: boolean;
  readonly check?: boolean;
  readonly plan?: boolean;
  readonly revoke?: boolean;
  readonly passwords?: boolean;
  readonly admin?: string;
  readonly reason: string;
}

export function addUsers({ io, done }: Registry, database: Command): void {
  withCommonOptions(database.command('users'))
    .summary('accounts with the rights that their work needs, and no others')
    .description(
      'Say what each account of `database.accounts` lacks and has too much. With --apply missing accounts are made, each with a new password behind its secret, and what is lacking is granted, as a run.',
    )
    .argument('<environment>', 'whose database')
    .option('--plan', 'only say it: what happens without options')
    .option('--apply', 'make missing accounts and grant what is lacking')
    .option('--revoke', 'with --apply: also take away what is too much')
    .option('--passwords', 'with --apply: give accounts the password behind their secret where they have another one')
    .option('--check', 'end with 1 when an account is not as it should be, or another finding stands')
    .option(
      '--admin <reference>',
      'connection string of an administrator, env:NAME or file:/path (default: database.dsn)',
    )
    .option('--reason <text>', 'why; stands in the journal', 'database users')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      `
Examples:
  $ shiplock database users production --admin env:ADMIN_DSN
  $ shiplock database users production --admin env:ADMIN_DSN --apply
  $ shiplock database users production --admin env:ADMIN_DSN --apply --revoke
  $ shiplock database users production --admin env:ADMIN_DSN --check`,
    )
    .action(async (environment: string, options: Options) => {
      const request: UsersRequest = {
        ...{ environment, admin: options.admin ?? null, why: options.reason },
        revoke: options.revoke === true,
        passwords: options.passwords === true,
      };
      const acts = options.apply === true && options.plan !== true;
      const { planUsers, setUsers } = await import('../../release/database/users.ts');
      const { accountStatements, rightsStatements } = await import('../../release/database/users-procedure.ts');
      const statements = (one: AccountPlan): readonly string[] => [
        ...accountStatements(one, request),
        ...rightsStatements(one, request),
      ];
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      if (acts) {
        const { result, plan } = await setUsers(entry, request);
        const kept = plan.accounts.filter(({ rights }) => !request.revoke && tooMuch(rights).length > 0);
        done({
          exit: result.exit,
          text: [
            `${result.outcome} (run ${result.run})`,
            ...plan.accounts.flatMap(({ secret, account }) =>
              secret.kind === 'to-make' ? [`  connection string of ${account.role}: ${secret.path}`] : [],
            ),
            ...kept.map(({ account }) => `  ${account.user}@${account.from} has too much; --revoke takes it away`),
            ...plan.findings.map(findingText),
          ].join('\n'),
          json: jsonSchema.parse({
            ...{ outcome: result.outcome, run: result.run, problems: result.problems },
            ...asJson(plan, statements),
          }),
        });
        return;
      }
      const plan = await planUsers(entry, request);
      done({
        exit: options.check === true && !isRight(plan) ? EXIT.failed : EXIT.done,
        text: planText(plan, io).join('\n'),
        json: jsonSchema.parse(asJson(plan, statements)),
      });
    });
}

function isRight({ schemaThere, accounts, findings, refusals }: UsersPlan): boolean {
  const good = ({ there, rights, password }: AccountPlan): boolean =>
    there && rights.lacks.length === 0 && tooMuch(rights).length === 0 && password !== 'other' && password !== 'none';
  return schemaThere && findings.length === 0 && refusals.length === 0 && accounts.every(good);
}

function asJson(plan: UsersPlan, statements: (one: AccountPlan) => readonly string[]) {
  const { engine, version, schema, schemaThere, accounts, findings, refusals } = plan;
  return {
    ...{ engine, version, schema, schemaThere },
    accounts: accounts.map((one) => ({
      role: one.account.role,
      user: one.account.user,
      from: one.account.from,
      there: one.there,
      secret: one.secret.kind,
      password: one.password,
      lacks: one.rights.lacks,
      tooMuch: one.rights.tooMuch,
      statements: statements(one),
    })),
    findings,
    refusals,
  };
}

function planText(plan: UsersPlan, io: Pick<Io, 'terminal' | 'env'>): readonly string[] {
  const paint = painter(io);
  const account = ({ account: { role, user, from }, there, secret, password, rights }: AccountPlan): string[] => {
    const excess = tooMuch(rights);
    const good = there && rights.lacks.length === 0 && excess.length === 0;
    const state = !there ? paint('yellow', 'missing') : good ? paint('green', 'as it is') : paint('yellow', 'differs');
    return [
      `  ${role.padEnd(12)} ${user}@${from}  ${state}`,
      ...(secret.kind === 'to-make' ? [`    ${paint('yellow', 'secret  ')}  to be made: ${secret.path}`] : []),
      ...(password === 'other' ? [`    ${paint('red', 'password')}  another one than its secret says`] : []),
      ...(password === 'none' ? [`    ${paint('red', 'password')}  none`] : []),
      ...byWhy(rights.lacks).map((line) => `    ${paint('yellow', 'lacks   ')}  ${line}`),
      ...excess.map((line) => `    ${paint('red', 'too much')}  ${line}`),
    ];
  };
  return [
    paint('bold', `${plan.engine} ${plan.version}`),
    `  schema ${plan.schema}${plan.schemaThere ? '' : `: ${paint('yellow', 'to be made')}`}`,
    ...plan.accounts.flatMap(account),
    ...plan.findings.map(findingText),
    ...plan.refusals.map((problem) => `  ${paint('red', 'refused')}: ${findingText(problem).trim()}`),
  ];
}

function byWhy(lacks: AccountPlan['rights']['lacks']): readonly string[] {
  const groups = Map.groupBy(lacks, ({ on, why }) => `on ${on}: ${why}`);
  return [...groups].map(([rest, list]) => `${list.map(({ privilege }) => privilege).join(', ')} ${rest}`);
}

function tooMuch({ tooMuch: { rights, roles, proxies } }: AccountPlan['rights']): readonly string[] {
  const places = Map.groupBy(rights, ({ on }) => on);
  return [
    ...[...places].map(([on, list]) => `${list.map(({ privilege }) => privilege).join(', ')} on ${on}`),
    ...roles.map((role) => `the role ${role}`),
    ...proxies.map((other) => `acting as ${other}`),
  ];
}

function findingText({ code, where, found, remedy }: Problem): string {
  return `  ${code}: ${where}: ${found}\n    ${remedy}`;
}
