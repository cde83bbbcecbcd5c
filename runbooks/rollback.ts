#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { documentProcedure, installStopSignals, plainProgress, renderPlan } from '../src/procedure/index.ts';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../src/model/exit.ts';
import { formatProblem, problemsOf } from '../src/model/problem.ts';
import { openEnvironment, planRollback, rollback, rollbackProcedure, summaryText } from '../src/release/index.ts';

/**
 * SOP: go back to an earlier release. Runs by itself: `node runbooks/rollback.ts production --reason "checkout fails"`.
 * `--plan` says what it would do, `--document` prints the SOP with its checklist.
 */

const USAGE = `Go back to an earlier release: traffic first, then everything else.

Usage: node runbooks/rollback.ts <environment> --reason TEXT [--to VERSION] [--config FILE] [--state DIR] [--plan | --document]

Examples:
  $ node runbooks/rollback.ts production --reason "checkout fails"
  $ node runbooks/rollback.ts production --reason drill --plan
`;

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      reason: { type: 'string' },
      to: { type: 'string' },
      config: { type: 'string', default: 'shiplock.yaml' },
      state: { type: 'string' },
      plan: { type: 'boolean', default: false },
      document: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [environment] = positionals;
  if (values.help) {
    process.stdout.write(USAGE);
    return EXIT.done;
  }
  if (environment === undefined || positionals.length > 1 || values.reason === undefined) {
    process.stderr.write(`found ${JSON.stringify(argv)}; expected one environment and --reason\n\n${USAGE}`);
    return EXIT.usage;
  }
  const looks = values.plan || values.document;
  const service = await openEnvironment(
    {
      configFile: values.config,
      store: values.state,
      env: process.env,
      who: process.env['SHIPLOCK_WHO'] ?? process.env['USER'] ?? 'unknown',
      self: [process.execPath, fileURLToPath(new URL('../bin/shiplock.js', import.meta.url))],
      ...(looks ? {} : { onEvent: plainProgress((line) => process.stderr.write(`${line}\n`)), signal: installStopSignals() }),
    },
    environment,
  );
  const request = { to: values.to, why: values.reason };
  if (looks) {
    const { plan, inputs } = await planRollback(service, request);
    process.stdout.write(values.plan ? renderPlan(plan) : documentProcedure(rollbackProcedure(inputs, service.target)));
    return EXIT.done;
  }
  const outcome = await rollback(service, request);
  process.stdout.write(`${summaryText(outcome.summary)}\n`);
  return outcome.exit;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  for (const problem of problemsOf(error, 'runbooks/rollback')) process.stderr.write(`${formatProblem(problem)}\n`);
  process.exitCode = EXIT.failed;
}
