import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, ProblemError } from '../../model/problem.ts';
import { formatDuration, parseAddress } from '../../model/scalars.ts';
import { installStopSignals } from '../../procedure/index.ts';
import type { CheckedRule, FindRunbook } from '../../release/alerts/index.ts';
import { type DoorOptions, exitFor, openEnvironment } from '../../release/index.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { ownPlace } from '../runbook/place.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly tokenFile?: string;
  readonly check?: boolean;
  readonly unit?: boolean;
  readonly secrets: string;
}

/** `shiplock runbook serve`: the door of alerts. */
export function addRunbookServe(runbook: Command, { io, done }: Registry): void {
  withCommonOptions(runbook.command('serve'))
    .summary('let alerts start runbooks, until SIGTERM')
    .description(
      'Take the webhook of Alertmanager at POST /v1/alerts and start the runbooks that `alerts:` of the environment allows: each alert once, with a cool-down and a limit by the hour, nothing that cannot be brought back. A start is durable before it is answered; after a crash it is begun or gone on with by the next process. Also GET /healthz, /readyz and /metrics.',
    )
    .argument('<environment>', 'where')
    .option('--token-file <file>', 'who writes must know a token: one a line, read anew at each message')
    .addOption(
      new Option('--listen <address>', 'where to listen')
        .argParser(address)
        .default({ host: '127.0.0.1', port: 8485 }, '127.0.0.1:8485'),
    )
    .option('--check', 'only look at the rules and say what they start; nothing listens')
    .option('--unit', 'only print a unit of systemd that runs this and comes back when it has ended')
    .option(
      '--secrets <file>',
      'with --unit: file with the variables that hold the secrets',
      '/etc/shiplock/alerts.env',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ openssl rand -base64 32 > token\n  $ shiplock runbook serve production --check\n  $ shiplock runbook serve production --token-file token --state /var/lib/shiplock/shop\n  $ shiplock runbook serve production --token-file token --state /var/lib/shiplock/shop --unit',
    )
    .action(async (environment: string, options: Options) => {
      const place = await ownPlace(io, options);
      const { findRunbook } = await import('../runbook/registry.ts');
      const find: FindRunbook = async (name) => (await findRunbook(name, place)).runbook;
      const entry = await door(io, { ...options, quiet: true }, false);
      if (options.check === true) {
        done(await checked(entry, environment, find));
        return;
      }
      const { tokenFile } = options;
      if (tokenFile === undefined) throw new ProblemError(noToken());
      const told = { environment, listen: options.listen, tokenFile: resolve(io.cwd, tokenFile) };
      if (options.unit === true) {
        const { alertUnit } = await import('../../release/alerts/index.ts');
        const unit = await alertUnit(entry, { ...told, secretsFile: resolve(io.cwd, options.secrets) });
        done({ exit: EXIT.done, text: `# ${unit.name}\n${unit.content}`, json: jsonSchema.parse(unit) });
        return;
      }
      await serve(io, entry, { ...told, find });
      done({ exit: EXIT.done, text: '', json: {} });
    });
}

interface Serving {
  readonly environment: string;
  readonly find: FindRunbook;
  readonly listen: Options['listen'];
  readonly tokenFile: string;
}

async function serve(io: Io, entry: DoorOptions, serving: Serving): Promise<void> {
  const { startAlertServer } = await import('../../release/alerts/index.ts');
  const asked = Promise.withResolvers<void>();
  const stop = installStopSignals(() => asked.resolve());
  const server = await startAlertServer({ ...serving, door: entry, stop, log: (line) => io.out(`${line}\n`) });
  await asked.promise;
  await server.stop();
}

async function checked(entry: DoorOptions, environment: string, find: FindRunbook): Promise<CommandResult> {
  const { checkAlertRules } = await import('../../release/alerts/index.ts');
  const rules = await checkAlertRules(await openEnvironment(entry, environment), find);
  const problems = rules.flatMap((one) => one.problems);
  return {
    exit: problems.length === 0 ? EXIT.done : exitFor(problems),
    text: rules.length === 0 ? `no alert starts anything in ${environment}` : rules.map(ruleText).join('\n'),
    json: jsonSchema.parse({
      environment,
      rules: rules.map(({ rule, problems: found }) => ({ ...rule, problems: found })),
    }),
  };
}

/** One rule, and what is wrong with it. Pure. */
function ruleText({ rule, problems }: CheckedRule): string {
  const { name, match, runbook, inputs, cooldownMs, maxPerHour } = rule;
  const labels = Object.entries(match).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const given = Object.entries(inputs).map(([input, from]) =>
    typeof from === 'string' ? ` ${input}=${JSON.stringify(from)}` : ` ${input}=<${from.label}>`,
  );
  const often = `at most ${maxPerHour} an hour, the same again after ${formatDuration(cooldownMs)}`;
  const line = `${name}: ${labels.join(' ')} → ${runbook}${given.join('')} (${often})`;
  return [line, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n');
}

function noToken() {
  return {
    code: 'cli.usage',
    where: 'command line',
    found: 'no --token-file',
    expected: 'a file with the token that Alertmanager shows',
    remedy: 'make one with `openssl rand -base64 32`',
  };
}

function address(text: string): Options['listen'] {
  const at = parseAddress(text);
  if (at === undefined) throw new InvalidArgumentError('an address such as 127.0.0.1:8485 or *:8485');
  return { host: at.host === '*' ? '0.0.0.0' : at.host, port: at.port };
}
