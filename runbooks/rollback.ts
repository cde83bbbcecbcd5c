#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { selfCommand } from '../src/cli/session.ts';
import { EXIT } from '../src/model/exit.ts';
import { formatProblem, ProblemError, problemsOf } from '../src/model/problem.ts';
import { documentProcedure, installStopSignals, plainProgress, renderPlan } from '../src/procedure/index.ts';
import {
  exitFor,
  openEnvironment,
  planRollback,
  rollback,
  rollbackProcedure,
  summaryText,
} from '../src/release/index.ts';

/**
 * SOP: go back to an earlier release. Runs by itself: `node runbooks/rollback.ts production --reason "checkout fails"`.
 * `--plan` says what it would do, `--document` prints the SOP with its checklist.
 */

const USAGE = `Go back to an earlier release: traffic first, then everything else.

Usage: node runbooks/rollback.ts <environment> --reason TEXT [--to VERSION] [--config FILE] [--state DIR] [--plan | --document]

  --reason TEXT   why; stands in the journal
  --to VERSION    the release to go back to (default: the one before)
  --config FILE   the configuration (default: shiplock.yaml)
  --state DIR     the state directory (default: .shiplock/state beside the configuration)
  --plan          say what it would do; changes nothing
  --document      print the procedure as a document with a checklist and a diagram; changes nothing
  -h, --help      print this help

Exit codes: 0 done · 1 failed · 2 usage or configuration · 3 waiting at a gate · 5 refused, nothing changed
            7 lease held by another · 130/143 stopped, resumable

Examples:
  $ node runbooks/rollback.ts production --reason "checkout fails"
  $ node runbooks/rollback.ts production --reason drill --plan
  $ node runbooks/rollback.ts production --reason drill --document > rollback.md
`;

interface Request {
  readonly environment: string;
  readonly reason: string;
  readonly to: string | undefined;
  readonly config: string;
  readonly state: string | undefined;
  readonly mode: 'run' | 'plan' | 'document';
}

/** @throws ProblemError `cli.usage` */
function read(argv: readonly string[]): Request | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  const [environment, ...more] = positionals;
  if (environment === undefined) throw usage('no environment', 'one environment of shiplock.yaml');
  if (more.length > 0) throw usage(`${positionals.length} environments: ${positionals.join(', ')}`, 'one environment');
  if (values.reason === undefined || values.reason.trim() === '') throw usage('no --reason', '--reason TEXT');
  if (values.plan === true && values.document === true) throw usage('--plan and --document', 'one of the two');
  const mode = values.plan === true ? 'plan' : values.document === true ? 'document' : 'run';
  const { reason, to, state, config = 'shiplock.yaml' } = values;
  return { environment, reason, to, config, state, mode };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        reason: { type: 'string' },
        to: { type: 'string' },
        config: { type: 'string' },
        state: { type: 'string' },
        plan: { type: 'boolean' },
        document: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw usage(sentence, 'the options of `node runbooks/rollback.ts --help`');
  }
}

function usage(found: string, expected: string): ProblemError {
  const remedy = 'see `node runbooks/rollback.ts --help`';
  return new ProblemError({ code: 'cli.usage', where: 'command line', found, expected, remedy });
}

async function main(argv: readonly string[]): Promise<number> {
  const request = read(argv);
  if (request === 'help') {
    process.stdout.write(USAGE);
    return EXIT.done;
  }
  const { mode } = request;
  const acts =
    mode === 'run'
      ? { onEvent: plainProgress((line) => process.stderr.write(`${line}\n`)), signal: installStopSignals() }
      : {};
  const service = await openEnvironment(
    {
      configFile: request.config,
      store: request.state,
      env: process.env,
      who: process.env['SHIPLOCK_WHO'] ?? process.env['USER'] ?? 'unknown',
      self: selfCommand(),
      ...acts,
    },
    request.environment,
  );
  const wanted = { to: request.to, why: request.reason };
  if (mode !== 'run') {
    const { plan, inputs } = await planRollback(service, wanted);
    process.stdout.write(
      mode === 'plan' ? renderPlan(plan) : documentProcedure(rollbackProcedure(inputs, service.target)),
    );
    return EXIT.done;
  }
  const outcome = await rollback(service, wanted);
  process.stdout.write(`${summaryText(outcome.summary)}\n`);
  return outcome.exit;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const problems = problemsOf(error, 'runbooks/rollback');
  for (const problem of problems) process.stderr.write(`error ${formatProblem(problem)}\n`);
  process.exitCode = exitFor(problems);
}
