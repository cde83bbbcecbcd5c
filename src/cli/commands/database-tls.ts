import type { Command } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import type { TlsPlan, TlsRequest } from '../../release/database/tls-look.ts';
import { type Io, painter } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly apply?: boolean;
  readonly create?: boolean;
  readonly require?: boolean;
  readonly check?: boolean;
  readonly admin?: string;
  readonly reason: string;
}

export function addTls({ io, done }: Registry, database: Command): void {
  withCommonOptions(database.command('tls'))
    .summary('the certificate of the server, and who may connect without TLS')
    .description(
      'Say what the server shows in a handshake, whether clients trust it, and which accounts may do without. With --apply, on the machine of the server, the newest pair is laid down, read by the running server and seen by handshakes, as a run; the one before comes back when clients would not trust it.',
    )
    .argument('<environment>', 'whose database')
    .option('--create', 'with --apply: make an authority where there is none, and a new pair where it is time')
    .option('--apply', 'put the newest pair in place; renewal is the same command')
    .option('--require', 'with --apply: let declared accounts in over TLS alone')
    .option('--check', 'end with 1 when a finding stands: for a schedule')
    .option(
      '--admin <reference>',
      'connection string of an administrator, env:NAME or file:/path (default: database.dsn)',
    )
    .option('--reason <text>', 'why; stands in the journal', 'database tls')
    .option('--quiet', 'no progress, only the summary')
    .addHelpText(
      'after',
      `
Examples:
  $ shiplock database tls production --admin env:ADMIN_DSN
  $ shiplock database tls production --admin env:ADMIN_DSN --create --apply
  $ shiplock database tls production --admin env:ADMIN_DSN --apply --require
  $ shiplock database tls production --admin env:ADMIN_DSN --check`,
    )
    .action(async (environment: string, options: Options) => {
      const request: TlsRequest = {
        ...{ environment, admin: options.admin ?? null, why: options.reason },
        create: options.create === true,
        require: options.require === true,
      };
      const acts = options.apply === true;
      const { planTls, setTls } = await import('../../release/database/tls.ts');
      const { shownText } = await import('../../certificate/index.ts');
      const entry = await door(io, { ...options, quiet: options.quiet ?? options.json ?? false }, acts);
      if (acts) {
        const { result, restart } = await setTls(entry, request);
        const after = await planTls(entry, request);
        done({
          exit: result.exit,
          text: [
            `${result.outcome} (run ${result.run})`,
            ...(restart ? ['  the server reads the pair at its next start; restart it, and run this again'] : []),
            `  ${after.at}  ${shownText(after.shown, after.now)}`,
          ].join('\n'),
          json: jsonSchema.parse({
            ...{ outcome: result.outcome, run: result.run, problems: result.problems, restart },
            ...asJson(after),
          }),
        });
        return;
      }
      const plan = await planTls(entry, request);
      done({
        exit: options.check === true && plan.findings.length > 0 ? EXIT.failed : EXIT.done,
        text: planText(plan, shownText(plan.shown, plan.now), io).join('\n'),
        json: jsonSchema.parse(asJson(plan)),
      });
    });
}

function asJson({ engine, at, names, shown, server, authority, findings, refusals }: TlsPlan) {
  return {
    ...{ engine, at, names, shown, findings, refusals },
    server: server === null ? null : { ...server, pair: server.pair },
    pair: authority === null ? null : { facts: authority.facts, problems: authority.problems },
  };
}

function planText(plan: TlsPlan, seen: string, io: Pick<Io, 'terminal' | 'env'>): readonly string[] {
  const paint = painter(io);
  const { engine, at, shown, server, authority, accounts, findings, refusals } = plan;
  const trust =
    shown.kind === 'shown' && shown.distrust === null ? paint('green', 'trusted') : paint('red', 'not trusted');
  const newest =
    authority === null
      ? []
      : [
          authority.problems.length === 0
            ? `  newest pair  serial ${authority.facts?.serial ?? ''}, until ${authority.facts?.notAfter ?? ''}`
            : `  newest pair  ${paint('yellow', 'not good')}: ${authority.problems[0]?.found ?? ''}`,
        ];
  return [
    paint('bold', `${engine} ${server?.version ?? '(not asked: it is not trusted, and on another machine)'}`),
    `  ${at}  ${seen}  ${shown.kind === 'shown' ? trust : ''}`.trimEnd(),
    ...(server === null
      ? []
      : [
          `  its pair     ${server.pair?.cert ?? 'none'}`,
          `  versions     ${server.protocols.join(', ')}; ${server.required ? 'TLS is required of all' : 'TLS is not required of all'}`,
        ]),
    ...newest,
    ...accounts.flatMap(({ role, user, from }) => {
      const found = server?.accounts.find((one) => one.user === user && one.from === from);
      if (found === undefined) return [];
      const clear = found.inClear === null ? '' : `, ${found.inClear} connections in the clear now`;
      return [
        `  ${role.padEnd(12)} ${user}@${from}  ${found.requires ? 'over TLS alone' : `also without TLS${clear}`}`,
      ];
    }),
    ...findings.map(line),
    ...refusals.map((problem) => `  ${paint('red', 'refused')}: ${line(problem).trim()}`),
  ];
}

function line({ code, where, found, remedy }: Problem): string {
  return `  ${code}: ${where}: ${found}\n    ${remedy}`;
}
