import type { LogsLook } from '../model/logs.ts';
import type { Problem } from '../model/problem.ts';
import { formatBinarySize } from '../model/size.ts';
import { action, forEach, type Node, type Step, sequence } from '../procedure/index.ts';
import { baseOf, dueLogs, surplus, unfinished } from './due.ts';
import type { LogsOnHost } from './types.ts';

/** Logs put aside host by host: nothing of a second host is touched before the first one has come through. */

/** Compressing 1 GiB takes gzip less than a minute; many logs of that size may be due at once. */
const ROTATE_MS = 15 * 60_000;

export interface RotateAsked {
  /** All that are not empty, whatever their size and age. */
  readonly now: boolean;
}

/** @param logs of any hosts; those of one host in the order in which they are given */
export function rotateNode(logs: readonly LogsOnHost[], asked: RotateAsked): Node {
  const byHost = [...Map.groupBy(logs, ({ host }) => host)].map(([host, those]) => ({ host, those }));
  const body = ({ host, those }: (typeof byHost)[number]): Node =>
    sequence({ id: host, title: `Logs on ${host}`, steps: those.map((one) => rotateStep(one, asked)) });
  const [first, ...rest] = byHost;
  return sequence({
    id: 'rotate',
    title: 'Put logs aside, host by host',
    steps: [
      ...(first === undefined ? [] : [body(first)]),
      ...(rest.length === 0 ? [] : [forEach({ id: 'rest', title: 'Logs on the other hosts', items: rest, body })]),
    ],
  });
}

function rotateStep(logs: LogsOnHost, { now }: RotateAsked): Step<LogsLook, object> {
  const { name, host, rules } = logs;
  return action<LogsLook>({
    id: name,
    title: `Put ${name} aside on ${host}`,
    description: `${rules.files.join(', ')}: ${now ? 'all that are not empty' : `those greater than ${rules.maxMiB} MiB or older than ${rules.every} allows`}. Renamed; the writer opens its log anew; only what nobody writes to any more is compressed. The newest ${rules.keep} of each stay, none longer than ${rules.keepDays} days.`,
    inputs: { name, host, now, files: [...rules.files], keep: rules.keep, keepDays: rules.keepDays },
    read: (ctx) => logs.look(ctx.signal),
    decide: (look) => {
      const problems = refusals(logs, look);
      if (problems.length > 0) return { kind: 'refuse', problems };
      const due = dueLogs(look, rules, now);
      if (due.length === 0 && unfinished(look).length === 0 && surplus(look, rules).length === 0) {
        return { kind: 'nothing', why: seenText(look) };
      }
      return { kind: 'do', why: workText(look, logs, now), effects: logs.rotate(due, ROTATE_MS) };
    },
    verify: async (ctx) => {
      const look = await logs.look(ctx.signal);
      const left = [...unfinished(look), ...surplus(look, rules)];
      return left.length === 0
        ? []
        : [
            notDone(
              logs,
              left.map(({ path }) => path),
            ),
          ];
    },
    probe: 'repeatable',
    timeoutMs: ROTATE_MS + 30_000,
  });
}

/** What speaks against touching anything. Pure. */
function refusals({ name, host }: LogsOnHost, { insecure, others }: LogsLook): readonly Problem[] {
  return [
    ...insecure.map((directory) => ({
      code: 'logs.insecure-directory',
      where: `${name} on ${host}`,
      found: `${directory}, to which others than root may write`,
      expected: 'a directory of root: root renames files there, and must not be led astray by a link',
      remedy: `chown root ${directory}; chmod 755 ${directory}`,
    })),
    ...others.map((other) => ({
      code: 'logs.other-configuration',
      where: `${name} on ${host}`,
      found: `the same log in ${other.split(' ').join(': ')}`,
      expected: 'one configuration of logrotate for a log',
      remedy: `take it out of ${other.split(' ')[0] ?? ''}, or out of \`logs.${name}\``,
    })),
  ];
}

/** What a plan tells: which logs, how great, and what goes. Pure. */
function workText(look: LogsLook, { rules }: LogsOnHost, now: boolean): string {
  const due = dueLogs(look, rules, now);
  const gone = surplus(look, rules, due);
  const open = unfinished(look);
  const sum = (those: readonly { readonly bytes: number }[]): string =>
    formatBinarySize(those.reduce((bytes, one) => bytes + one.bytes, 0));
  return [
    ...due.map((log) => `${log.path} (${formatBinarySize(log.bytes)}) is put aside`),
    ...(open.length === 0 ? [] : [`${open.length} from before are finished (${sum(open)})`]),
    ...(gone.length === 0
      ? []
      : [
          `${gone.length} of ${look.aside.length} from before are removed (${sum(gone)}), ${[...new Set(gone.map(({ path }) => baseOf(path)))].join(', ')}`,
        ]),
    ...(look.rotator === null ? [] : [`by ${look.rotator}`]),
  ].join('; ');
}

function seenText({ logs, aside }: LogsLook): string {
  const great = logs.toSorted((one, other) => other.bytes - one.bytes)[0];
  if (great === undefined) return 'there is no log';
  return `none of ${logs.length} is due, the greatest ${great.path} (${formatBinarySize(great.bytes)}); ${aside.length} lie aside`;
}

function notDone({ name, host }: LogsOnHost, paths: readonly string[]): Problem {
  return {
    code: 'logs.not-finished',
    where: `${name} on ${host}`,
    found: `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}: still open, not compressed, or too old`,
    expected: 'what was put aside compressed, with nobody who writes to it',
    remedy: 'no line is lost; see who has it open (`fuser -v FILE`), mend `reopen:`, and run it again',
  };
}
