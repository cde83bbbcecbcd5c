import { z } from 'zod';
import type { Effect } from '../model/effect.ts';
import type { CommandResult, Exec } from '../model/ports.ts';
import { ProblemError } from '../model/problem.ts';
import type { Meant, Member, ServiceControl } from './types.ts';

/** Services of a Compose project. What it is made of is brought by deployments: started and stopped is only what they have defined. */

export interface ComposeControlOptions {
  /** Of the system. */
  readonly service: string;
  /** Absolute paths; later ones override. */
  readonly files: readonly string[];
  readonly project: string;
  /** Empty: all that the files define without a profile. */
  readonly services: readonly string[];
  /** Context of docker (`docker context ls`): another machine's engine. Null: the usual one. */
  readonly context: string | null;
  readonly cwd: string;
  /** Resource whose fence is compared. */
  readonly resource: string;
  readonly exec: Exec;
}

const LOOK_MS = 30_000;
/** What compose itself may take, beside what its containers take to become healthy. */
const COMPOSE_MS = 10_000;

export function composeControl(options: ComposeControlOptions): ServiceControl {
  const effect = (words: readonly string[], members: Meant, timeoutMs: number, why: string): readonly Effect[] =>
    members.length === 0
      ? []
      : [
          {
            kind: 'exec',
            argv: [...compose(options), ...words, ...members.map(({ name }) => name)],
            cwd: options.cwd,
            resource: options.resource,
            why,
            timeoutMs,
          },
        ];
  return {
    observe: (signal) => observe(options, signal),
    // Neither built nor made anew: to start something must not deploy what somebody has edited meanwhile.
    start: (members, timeoutMs) =>
      effect(
        ['up', '--detach', '--no-build', '--no-recreate', '--wait', '--wait-timeout', seconds(timeoutMs - COMPOSE_MS)],
        members,
        timeoutMs,
        'start containers as they were defined, and wait for their health checks',
      ),
    stop: (members, timeoutMs) =>
      effect(['stop'], members, timeoutMs, 'stop containers, each by its own signal and grace period'),
    restart: (members, timeoutMs) =>
      effect(['restart', '--no-deps'], members, timeoutMs, 'restart containers, and nothing that needs them'),
  };
}

/** https://docs.docker.com/reference/cli/docker/compose/ */
function compose({ files, project, context }: ComposeControlOptions): readonly string[] {
  return [
    'docker',
    ...(context === null ? [] : ['--context', context]),
    ...['compose', '--ansi', 'never', '--progress', 'plain', '--project-name', project],
    ...files.flatMap((file) => ['--file', file]),
  ];
}

function seconds(ms: number): string {
  return String(Math.max(1, Math.floor(ms / 1000)));
}

/** One container, as far as `docker inspect` says what we ask. */
const containerSchema = z.object({
  Id: z.string(),
  State: z.object({
    Status: z.string(),
    ExitCode: z.number(),
    StartedAt: z.string(),
    Error: z.string().default(''),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
});
type Container = z.infer<typeof containerSchema>;

const SERVICE = 'com.docker.compose.service';

async function observe(options: ComposeControlOptions, signal?: AbortSignal): Promise<readonly Member[]> {
  const ask = async (argv: readonly string[]): Promise<string> => {
    const answer = await options.exec.read(argv, {
      cwd: options.cwd,
      timeoutMs: LOOK_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.exitCode !== 0) throw new ProblemError(unseen(options, answer));
    return answer.stdout;
  };
  const defined =
    options.services.length > 0 ? options.services : lines(await ask([...compose(options), 'config', '--services']));
  if (defined.length === 0) return [];
  const ids = lines(await ask([...compose(options), 'ps', '--all', '--quiet', '--no-trunc', ...defined]));
  const containers =
    ids.length === 0
      ? []
      : z
          .array(containerSchema)
          .parse(
            JSON.parse(
              await ask([
                'docker',
                ...(options.context === null ? [] : ['--context', options.context]),
                ...['container', 'inspect', ...ids],
              ]),
            ),
          );
  return defined.toSorted().map((name) =>
    composeMember(
      name,
      containers.filter(({ Config }) => Config.Labels?.[SERVICE] === name),
    ),
  );
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** A service of Compose may be several containers. While one of them runs, it is not stopped. Pure. */
export function composeMember(name: string, containers: readonly Container[]): Member {
  const states = containers.map(stateOf);
  const count = (state: Member['state']): number => states.filter((one) => one.state === state).length;
  const running = count('running');
  const state = (): Member['state'] => {
    if (states.length === 0) return 'stopped';
    if (running === states.length) return 'running';
    // What has just been started is waited for, what has died is not.
    if (count('changing') > 0) return 'changing';
    if (running > 0) return 'partly';
    return count('failed') > 0 ? 'failed' : 'stopped';
  };
  const words = states.map(({ detail }) => detail).filter((detail) => detail !== '');
  return {
    name,
    state: state(),
    identity:
      containers.length === 0
        ? null
        : containers
            .map(({ Id, State }) => `${Id.slice(0, 12)} ${State.StartedAt}`)
            .toSorted()
            .join(', '),
    detail: [
      ...(states.length === 0 ? ['no container'] : []),
      ...(running > 0 && running < states.length ? [`${running} of ${states.length} containers run`] : []),
      ...new Set(words),
    ].join('; '),
  };
}

/** https://docs.docker.com/reference/cli/docker/container/ls/#status */
function stateOf({ State }: Container): Pick<Member, 'state' | 'detail'> {
  const health = State.Health?.Status ?? 'none';
  switch (State.Status) {
    case 'running':
      return health === 'healthy' || health === 'none'
        ? { state: 'running', detail: '' }
        : { state: 'changing', detail: `its health check says ${health}` };
    case 'created':
      return { state: 'stopped', detail: State.Error };
    case 'exited':
      return {
        state: ENDED.includes(State.ExitCode) ? 'stopped' : 'failed',
        detail: `ended with ${State.ExitCode}${State.Error === '' ? '' : `: ${State.Error}`}`,
      };
    case 'dead':
      return { state: 'failed', detail: 'dead: the engine could not remove it' };
    default:
      return { state: 'changing', detail: State.Status };
  }
}

/** Ended by itself, or by the signals of `docker stop`: 128 + SIGINT, SIGKILL, SIGTERM. */
const ENDED: readonly number[] = [0, 130, 137, 143];

function unseen({ service, project }: ComposeControlOptions, { stderr, stdout, exitCode }: CommandResult) {
  const words =
    lines(stderr.trim() || stdout)
      .at(-1)
      ?.slice(0, 300) ?? `exit code ${exitCode}`;
  const noPlugin = /unknown command: docker compose|'compose' is not a docker command/.test(stderr);
  return {
    code: 'system.compose',
    where: `${service} (Compose project ${project})`,
    found: noPlugin ? 'a docker without its plugin `compose`' : words,
    expected: 'an answer of docker compose about the project',
    remedy: noPlugin
      ? 'install the plugin docker-compose (package docker-compose-plugin), on the machine where shiplock runs'
      : `mend \`compose:\` of system.services.${service}, or look why docker does not answer: docker compose --project-name ${project} ps`,
  };
}
