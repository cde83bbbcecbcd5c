import { join, resolve } from 'node:path';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import type { Json } from '../../model/json.ts';
import type { Clock } from '../../model/ports.ts';
import { formatProblem, type Problem, problemsOf } from '../../model/problem.ts';
import { install } from './install.ts';
import { type Layout, layout } from './layout.ts';
import { type LocalState, observeHost } from './observe.ts';
import { makeCurrent, prune, removeVersion } from './releases.ts';
import { restart, resume } from './resume.ts';
import { start } from './start.ts';
import { reload, stop } from './stop.ts';
import { components, readUnit } from './store.ts';
import { count, parseUnitArguments, settingsFrom, startFrom, type UnitArguments, unitHelp } from './unit-options.ts';

/** What the command needs of the world. */
export interface UnitIo {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  out(text: string): void;
  err(text: string): void;
}

interface Answer {
  readonly text: string;
  readonly json: Json;
  readonly exit?: ExitCode;
}

/** `shiplock unit …`: one command line, its exit code. Errors leave as problems, as text or (with --json) as JSON. */
export async function unitMain(argv: readonly string[], io: UnitIo): Promise<ExitCode> {
  const json = argv.includes('--json');
  try {
    const args = parseUnitArguments(argv);
    if (args === undefined || args.flag('help')) {
      io.out(unitHelp(args?.command));
      return EXIT.done;
    }
    const answer = await run(args, layout(resolve(io.cwd, args.text('root') ?? '.')), io);
    io.out(json ? `${JSON.stringify(answer.json, null, 2)}\n` : `${answer.text}\n`);
    return answer.exit ?? EXIT.done;
  } catch (error) {
    const problems = problemsOf(error, `unit ${argv[0] ?? ''}`.trim());
    tell(problems, io, json);
    return exitFor(problems);
  }
}

const USAGE = new Set(['unit.usage', 'unit.bad-name', 'unit.bad-version']);
/** Refused before anything was changed. */
const REFUSED = new Set([
  'unit.other-content',
  'unit.settings-in-use',
  'unit.version-current',
  'unit.version-running',
  'unit.wrong-digest',
  'unit.no-reload',
  'unit.only-files',
]);

function exitFor(problems: readonly Problem[]): ExitCode {
  if (problems.some((problem) => USAGE.has(problem.code))) return EXIT.usage;
  return problems.some((problem) => REFUSED.has(problem.code)) ? EXIT.refused : EXIT.failed;
}

function tell(problems: readonly Problem[], io: UnitIo, json: boolean): void {
  if (json) io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
  else io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(''));
}

async function run(args: UnitArguments, host: Layout, io: UnitIo): Promise<Answer> {
  const { clock, env } = io;
  const component = args.text('component') ?? '';
  const version = args.text('version') ?? '';
  const name = `${component} ${version}`;
  switch (args.command) {
    case 'install': {
      const digest = args.text('digest') ?? '';
      const artefact = resolve(io.cwd, args.text('artefact') ?? '');
      const outcome = await install(
        host,
        { component, version, digest, artefact, settings: settingsFrom(args) },
        clock,
      );
      return { text: `${name}: ${outcome}`, json: { component, version, outcome } };
    }
    case 'start': {
      const { replicas } = (await readUnit(host.component(component), version)).settings;
      const settings = startFrom(args, replicas, join(host.hostRun, 'heartbeat', '{version}'));
      const { started, already } = await start(host, { component, version, settings, env }, clock);
      return {
        text: `${name}: started ${words(started)}; ran already: ${words(already)}`,
        json: { component, version, started, already },
      };
    }
    case 'stop':
    case 'stop-guards': {
      const what = args.command === 'stop' ? 'everything' : 'guards';
      host.component(component).release(version);
      const stopped = await stop(host, { component, version, what }, clock);
      return { text: `${name}: stopped ${words(stopped)}`, json: { component, version, stopped } };
    }
    case 'reload': {
      const reloaded = await reload(host, component, version);
      return { text: `${name}: reloaded ${words(reloaded)}`, json: { component, version, reloaded } };
    }
    case 'restart': {
      const restarted = await restart(host, component, version, env, clock);
      return { text: `${name}: restarted ${words(restarted)}`, json: { component, version, restarted } };
    }
    case 'status':
      return statusAnswer(
        await observeHost(host, clock, { component: args.text('component'), verify: args.flag('verify') }),
      );
    case 'current': {
      const changed = await makeCurrent(host, component, version, clock);
      return {
        text: `${name}: ${changed ? 'is current now' : 'was current already'}`,
        json: { component, version, changed },
      };
    }
    case 'remove': {
      const removed = await removeVersion(host, component, version, { alsoCurrent: args.flag('current') });
      return { text: `${name}: ${removed ? 'removed' : 'was not installed'}`, json: { component, version, removed } };
    }
    case 'prune': {
      const names = component === '' ? await components(host) : [component];
      const keep = count(args, 'keep', 5, 1);
      const removed: Record<string, readonly string[]> = {};
      for (const one of names) removed[one] = await prune(host, one, keep);
      const text = Object.entries(removed).map(([one, versions]) => `${one}: removed ${words(versions)}`);
      return { text: text.join('\n') || 'no component', json: { removed } };
    }
    case 'resume': {
      const { started, problems } = await resume(host, env, clock);
      const text = [`started ${words(started)}`, ...problems.map(formatProblem)].join('\n');
      const exit = problems.length === 0 ? EXIT.done : EXIT.failed;
      return { text, json: { started, problems: problems.map((problem) => ({ ...problem })) }, exit };
    }
  }
}

function words(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}

function statusAnswer(state: LocalState): Answer {
  const rows = state.instances.map(
    ({ component, instance, state: condition, host, port, guardPort, restarts, detail }) =>
      [
        `${component}/${instance}`.padEnd(28),
        condition.padEnd(10),
        `${host}:${port}`.padEnd(16),
        guardPort === undefined ? '' : `guard ${guardPort}`,
        restarts === 0 ? '' : `${restarts} restarts`,
        detail,
      ]
        .filter((cell) => cell !== '')
        .join('  ')
        .trimEnd(),
  );
  const installed = state.installed.map(({ component, version, digest }) => {
    const mark = state.current[component] === version ? ' (current)' : '';
    return `${component} ${version}${mark}  ${digest}`;
  });
  const text = [
    ...(rows.length === 0 ? ['nothing runs'] : rows),
    ...installed,
    ...state.broken.map((line) => `broken: ${line}`),
  ].join('\n');
  const json = {
    instances: state.instances.map((instance) => ({ ...instance })),
    installed: state.installed.map((row) => ({ ...row })),
    current: { ...state.current },
    broken: [...state.broken],
  };
  return { text, json };
}
