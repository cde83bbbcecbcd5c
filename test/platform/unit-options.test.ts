import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../src/model/problem.ts';
import {
  COMMANDS,
  parseUnitArguments,
  settingsFrom,
  startFrom,
  unitHelp,
} from '../../src/platform/local/unit-options.ts';

const ONE = ['--root', '/srv/shop', '--component', 'api', '--version', '2.0.0'];

function parsed(...argv: readonly string[]) {
  const args = parseUnitArguments(argv);
  if (args === undefined) throw new Error('help was not asked for');
  return args;
}

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('unit arguments', () => {
  test('an installation in full', () => {
    const words = ['--digest', 'sha256:00', '--artefact', 'a', '--env', 'A=x=y', '--secret-env', 'B=file:/run/b'];
    const more = ['--replicas', '2', '--ready', '/readyz', '--stop-timeout', '250ms', '--', './api', '--json'];
    expect(settingsFrom(parsed('install', ...ONE, ...words, ...more))).toEqual({
      command: ['./api', '--json'],
      env: { A: 'x=y', B: { secret: 'file:/run/b' } },
      replicas: 2,
      readyPath: '/readyz',
      livePath: '',
      startTimeoutMs: 30_000,
      stopTimeoutMs: 250,
    });
  });

  test('a start in full, and its defaults', () => {
    const guard = ['--guard', '["guard","{port}"]', '--heartbeat-file', '/x/{version}'];
    const words = ['--instances', '3', '--ports', '20000-20010', '--crash-exits', '2', '--crash-window', '1m'];
    expect(startFrom(parsed('start', ...ONE, ...guard, ...words), 1, '/beat')).toMatchObject({
      instances: 3,
      ports: { first: 20_000, last: 20_010 },
      crash: { exits: 2, windowMs: 60_000, backoffMs: 100, maxBackoffMs: 10_000 },
      guard: { argv: ['guard', '{port}'], heartbeatFile: '/x/{version}' },
    });
    expect(startFrom(parsed('start', ...ONE), 2, '/beat')).toMatchObject({ instances: 2, guard: null });
  });

  test.each([
    [['strat'], 'expected start'],
    [['start', '--root', 'x', '--componet', 'api'], 'expected component'],
    [['start', '--root', 'x'], 'expected --component, --version'],
    [['stop', ...ONE, '--instances', '2'], 'unknown "instances"'],
    [['stop', ...ONE, 'api'], 'options only'],
    [['stop', ...ONE, '--', 'api'], 'options only'],
    [['status', '--root'], 'no value'],
    [['status', '--root='], 'no value'],
  ])('%j is refused with what was meant', (argv, message) => {
    expect(problemOf(() => parseUnitArguments(argv))).toContain(message);
  });

  test.each([
    [['--instances', '0'], 'at least 1'],
    [['--instances', 'two'], 'whole number'],
    [['--ports', '30-20'], 'a range'],
    [['--backoff', '5'], 'a duration'],
    [['--guard', 'guard --x'], 'a JSON list'],
    [['--guard', '[]'], 'a JSON list'],
  ])('start %j is refused', (words, message) => {
    expect(problemOf(() => startFrom(parsed('start', ...ONE, ...words), 1, '/beat'))).toContain(message);
  });

  test('a secret given as a value is refused and not printed', () => {
    const words = ['--digest', 'd', '--artefact', 'a', '--secret-env', 'TOKEN=hunter2hunter2'];
    const message = problemOf(() => settingsFrom(parsed('install', ...ONE, ...words)));
    expect(message).toContain('TOKEN');
    expect(message).not.toContain('hunter2');
  });

  test('every command has help with every option it takes', () => {
    for (const [name, spec] of Object.entries(COMMANDS)) {
      expect(unitHelp()).toContain(`  ${name.padEnd(12)} ${spec.summary}`);
    }
    for (const option of COMMANDS.start.options) expect(unitHelp('start')).toContain(`--${option}`);
    expect(parseUnitArguments(['--help'])).toBeUndefined();
    expect(parseUnitArguments(['start', '--help'])?.flag('help')).toBe(true);
  });
});
