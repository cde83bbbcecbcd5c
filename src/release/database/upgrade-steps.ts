import { z } from 'zod';
import {
  brokenSystemTables,
  type Content,
  contentProblems,
  contentSchema,
  contentText,
  readContent,
  serverVersion,
  tableProblems,
  tablesForUpgrade,
  versionOf,
  versionText,
} from '../../database/index.ts';
import type { Effect } from '../../model/effect.ts';
import type { PackageLook } from '../../model/packages.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { action, type Node, opaque, type Step, step } from '../../procedure/index.ts';
import { changedSince, changesText, exactly, installedText, pendingOf } from '../../system/index.ts';
import { takeBackup } from '../backup/run.ts';
import { verifyBackup } from '../backup/verify.ts';
import { asking, placeOf, type ServerUpgrade } from './upgrade-case.ts';
import type { PackagesStep, ServerRecord, ServerStep } from './upgrade-checks.ts';

/** What is done to a server while it is upgraded, and what is looked at afterwards. Each step can be done again. */

const DAY_MS = 24 * 3_600_000;
/** What ssh and the fence may take besides the work itself. */
const MARGIN_MS = 30_000;

interface ContentFacts {
  readonly content: Content;
  readonly problems: readonly Problem[];
}
export type ContentStep = Step<ContentFacts | null, Content>;

/** Every row is counted, and the form of every table written down. */
export function contentStep(upgrade: ServerUpgrade): ContentStep {
  const { target, on } = upgrade;
  return step<ContentFacts | null, Content>({
    id: 'before',
    title: `Write down what ${target.name} on ${on.host} holds`,
    description:
      'Rows of every table are counted: it takes as long as reading the shortest index of each. Tables that somebody held before are asked again whether they are as the server keeps them.',
    inputs: { service: target.name },
    // A plan does not count: it would take the server's time, and its figures would be old by the run.
    read: async (ctx) => {
      if (ctx.mode === 'plan') return null;
      return asking(upgrade, async (ask) => ({
        problems: tableProblems(await tablesForUpgrade(ask), `${target.name} on ${on.host}`, true),
        content: await readContent(ask, ctx.note),
      }));
    },
    decide: (facts) => {
      if (facts === null) return { kind: 'nothing', why: 'counted in the run' };
      if (facts.problems.length > 0) return { kind: 'refuse', problems: facts.problems };
      return { kind: 'nothing', why: contentText(facts.content) };
    },
    outputs: contentSchema,
    collect: (_results, facts) => facts?.content ?? { rows: {}, forms: {} },
    probe: 'repeatable',
    timeoutMs: DAY_MS,
  });
}

const keptSchema = z.strictObject({ id: z.string().nullable(), segments: z.number() });

/** What the way back needs: a full backup that was restored and compared, or the logs since the last one. */
export function keepStep({ service, asked }: ServerUpgrade): Node {
  const { environment } = service.target;
  const kind = asked.backup ? 'full' : 'incremental';
  return opaque({
    id: 'keep',
    title: asked.backup ? 'Take a full backup, and verify it' : 'Back up the logs up to here',
    description: 'Nobody writes by now: a restore to the latest brings everything back.',
    inputs: { kind },
    outputs: keptSchema,
    promise: asked.backup
      ? 'a full backup is taken and restored into a throw-away server; both have journals of their own'
      : 'the binary logs since the last backup are stored; it has a journal of its own',
    probe: 'repeatable',
    timeoutMs: DAY_MS,
    run: async (ctx) => {
      const taken = await takeBackup(service.door, { environment, kind });
      ctx.note(`backup run ${taken.run}: ${taken.full?.id ?? `${taken.segments.length} logs`}`);
      if (!asked.backup) return { id: null, segments: taken.segments.length };
      const id = taken.full?.id;
      const proven = await verifyBackup(service.door, { environment, ...(id === undefined ? {} : { id }) });
      if (proven.state === 'verified') return { id: proven.id, segments: taken.segments.length };
      throw new ProblemError({
        code: 'backup.not-verified',
        where: `${environment} ${proven.id}`,
        found: `${proven.state}: ${proven.why ?? 'no word of why'}`,
        expected: 'a backup that comes back as it was',
        remedy: 'read docs/backup.md; the server was not touched: maintenance-off and system-start let users in',
      });
    },
  });
}

type Members = readonly { readonly name: string; readonly state: string; readonly detail: string }[];

/** Slow on purpose: nothing is left in logs that only the old version understands. */
export function downStep({ target, on, asked, dsn, wayBack }: ServerUpgrade): Node {
  const { stopMs } = asked;
  return action<Members>({
    id: 'down',
    title: `Stop ${target.name} on ${on.host}, with all of its work done`,
    description:
      'innodb_fast_shutdown = 0: undo logs are emptied and what was put off is written, so that the new version finds clean files.',
    inputs: { service: target.name, host: on.host, stopMs },
    read: (ctx) => on.control.observe(ctx.signal),
    decide: (members) => {
      const up = members.filter(({ state }) => state === 'running' || state === 'changing');
      if (up.length === 0) return { kind: 'nothing', why: 'it does not run' };
      // One that is on its way down already, since a run that died has sent it there, takes no question any more.
      const slowly: readonly Effect[] = members.some(({ state }) => state === 'running')
        ? [
            {
              ...{ kind: 'sql', dsn, statements: ['SET GLOBAL innodb_fast_shutdown = 0'], timeoutMs: MARGIN_MS },
              why: 'the slow way down: clean files for the new version',
            },
          ]
        : [];
      return { kind: 'do', effects: [...slowly, ...on.control.stop(up, stopMs)] };
    },
    verify: async (ctx) => {
      const bad = (await on.control.observe(ctx.signal)).filter(({ state }) => state === 'failed');
      return bad.map(({ name, detail }) => ({
        code: 'database.not-clean',
        where: `${name} on ${on.host}`,
        found: `a server that did not end by itself: ${detail}`,
        expected: 'one that has written everything and says goodbye',
        remedy: `no package was changed: start it, let it recover, then run this again with a longer --stop-limit; ${wayBack}`,
      }));
    },
    probe: 'repeatable',
    timeoutMs: stopMs + MARGIN_MS,
  });
}

const setSchema = z.strictObject({ changed: z.boolean(), failed: z.string() });
interface SetFacts {
  readonly candidates: PackageLook;
  readonly exact: PackageLook;
}

/** Exactly the recorded versions; refused when something else would be done by now. */
export function setStep(
  {
    words,
    host,
    asked,
    wayBack,
  }: Pick<ServerUpgrade, 'words' | 'wayBack'> & {
    readonly asked: Pick<ServerUpgrade['asked'], 'limitMs'>;
    readonly host: Pick<ServerUpgrade['host'], 'host' | 'packages'>;
  },
  packages: PackagesStep,
): Node {
  return step<SetFacts, z.infer<typeof setSchema>>({
    id: 'packages',
    title: `Bring the packages of ${host.host} to the planned versions`,
    description: 'Packages of some distributions start the server by themselves. Users are shut out all the while.',
    inputs: { host: host.host, words: [...words] },
    read: async (ctx) => {
      const candidates = await host.packages.look(words, ctx.signal);
      const exact = exactly(ctx.outputOf(packages).changes);
      return { candidates, exact: exact.length === 0 ? candidates : await host.packages.look(exact, ctx.signal) };
    },
    decide: ({ candidates, exact }, ctx) => {
      const recorded = ctx.outputOf(packages);
      if (recorded.changes.length === 0) return { kind: 'nothing', why: 'they are there already' };
      const problems = changedSince(host.host, recorded, candidates);
      if (problems.length > 0) return { kind: 'refuse', problems };
      if (pendingOf(recorded.changes, exact.installed).length === 0)
        return { kind: 'nothing', why: 'it is so already' };
      return {
        kind: 'do',
        effects: host.packages.set(exactly(recorded.changes), asked.limitMs),
        why: changesText(recorded.changes),
      };
    },
    outputs: setSchema,
    collect: (results) => ({
      changed: results.length > 0,
      failed: results
        .flatMap((one) => (one.kind === 'exec' && one.exitCode !== 0 ? [one.stderr.trim().slice(-300)] : []))
        .join('; '),
    }),
    probe: 'repeatable',
    async verify(ctx, { failed }) {
      const { changes } = ctx.outputOf(packages);
      if (changes.length === 0) return [];
      const { installed, said } = await host.packages.look(exactly(changes), ctx.signal);
      const pending = pendingOf(changes, installed);
      if (pending.length === 0) return [];
      return [
        {
          code: 'system.packages-not-set',
          where: host.host,
          found: `${installedText(pending, installed)}: ${failed || said.trim().split('\n').at(-1) || 'no word of why'}`,
          expected: pending.map(({ name, to }) => `${name} ${to}`).join(', '),
          remedy: `read run/packages.log there; ${wayBack}`,
        },
      ];
    },
    timeoutMs: asked.limitMs + MARGIN_MS,
  });
}

export const verifiedSchema = z.strictObject({
  version: z.string(),
  tables: z.number(),
  rows: z.number(),
  /** What its log says since its last start: for the person at the checkpoint. */
  errors: z.array(z.string()).readonly(),
});
export type Verified = Readonly<z.infer<typeof verifiedSchema>>;
interface VerifyFacts {
  readonly version: string;
  readonly broken: readonly string[];
  readonly content: Content;
  readonly errors: readonly string[];
}
export type VerifyStep = Step<VerifyFacts | null, Verified>;

/** The version, the tables of the system, and everything that users have in it, compared with before. */
export function verifyStep(upgrade: ServerUpgrade, server: ServerStep, before: ContentStep): VerifyStep {
  const { target, on, machine, wayBack } = upgrade;
  const where = `${target.name} on ${on.host}`;
  return step<VerifyFacts | null, Verified>({
    id: 'verify',
    title: `Compare ${where} with what it was`,
    description:
      'Its version, the tables of the system (CHECK TABLE), rows and form of all others, and the errors in its log since it was started.',
    inputs: { service: target.name, host: on.host },
    read: async (ctx) => {
      if (ctx.mode === 'plan') return null;
      const { errors } = await machine.look(placeOf(upgrade, ctx.outputOf(server)), ctx.signal);
      return asking(upgrade, async (ask) => ({
        ...{ version: await versionOf(ask), broken: await brokenSystemTables(ask) },
        ...{ content: await readContent(ask, ctx.note), errors },
      }));
    },
    decide: (facts, ctx) => {
      if (facts === null) return { kind: 'nothing', why: 'compared when the new server runs' };
      const { to } = ctx.outputOf(server);
      const problems = [
        ...versionProblems(where, facts.version, to, wayBack),
        ...(facts.broken.length === 0 ? [] : [brokenTables(where, facts.broken, wayBack)]),
        ...contentProblems(ctx.outputOf(before), facts.content, where, wayBack),
      ];
      if (problems.length > 0) return { kind: 'refuse', problems };
      const said =
        facts.errors.length === 0
          ? 'no error in its log'
          : `its log has ${facts.errors.length} errors, for whoever inspects it: ${facts.errors.slice(0, 5).join(' | ')}`;
      return { kind: 'nothing', why: `${facts.version}, ${contentText(facts.content)} as before; ${said}` };
    },
    outputs: verifiedSchema,
    collect: (_results, facts) => {
      const counts = Object.values(facts?.content.rows ?? {});
      return {
        version: facts?.version ?? '',
        tables: counts.length,
        rows: counts.reduce((sum, one) => sum + one, 0),
        errors: [...(facts?.errors ?? [])],
      };
    },
    probe: 'repeatable',
    timeoutMs: DAY_MS,
  });
}

function versionProblems(where: string, found: string, to: ServerRecord['to'], remedy: string): readonly Problem[] {
  const is = serverVersion(found);
  if (is !== undefined && versionText(is) === versionText(to)) return [];
  return [{ code: 'database.other-version', where, found, expected: versionText(to), remedy }];
}

function brokenTables(where: string, broken: readonly string[], remedy: string): Problem {
  return {
    code: 'database.system-tables',
    where,
    found: broken.slice(0, 5).join('; '),
    expected: 'whole tables of the system',
    remedy,
  };
}
