import { z } from 'zod';
import {
  type ServerVersion,
  sameSeries,
  serverVersion,
  upgradeProblems,
  usersOf,
  versionAfter,
  versionText,
} from '../../database/index.ts';
import type { PackageLook } from '../../model/packages.ts';
import { type Problem, problemsOf } from '../../model/problem.ts';
import { type Node, type Step, step, type Watch, watch } from '../../procedure/index.ts';
import {
  ageText,
  changesText,
  digestOfChanges,
  type Recorded,
  recordedOf,
  recordedSchema,
} from '../../system/index.ts';
import { backupStatusOf } from '../backup/status.ts';
import { asking, type ServerFacts, type ServerUpgrade, serverFacts } from './upgrade-case.ts';

/** What is looked at before a server is touched: each of these steps refuses, and none changes anything. */

export type PackagesStep = Step<PackageLook, Recorded>;

/** Which packages would be brought from where to where. Nothing else is installed later. */
export function packagesStep({ words, host, asked }: ServerUpgrade): PackagesStep {
  return step<PackageLook, Recorded>({
    id: 'look',
    title: `Look what is to be upgraded on ${host.host}`,
    inputs: { host: host.host, words: [...words] },
    read: (ctx) => host.packages.look(words, ctx.signal),
    decide: (look) => {
      if (look.failed !== null) return { kind: 'refuse', problems: [refused(host.host, look.failed)] };
      if (look.changes.length > 0) return { kind: 'nothing', why: `${changesText(look.changes)}; ${ageText(look)}` };
      if (asked.finish) return { kind: 'nothing', why: 'the packages are there: only what is left is done' };
      return { kind: 'refuse', problems: [nothingNew(host.host, words, ageText(look))] };
    },
    outputs: recordedSchema,
    collect: (_results, look) => recordedOf(look),
    probe: 'repeatable',
  });
}

function refused(where: string, found: string): Problem {
  return {
    code: 'system.packages-refused',
    where,
    found,
    expected: 'packages that apt can upgrade without removing one',
    remedy: 'run `apt-get -s install` with these names on the host, mend what it names, and plan again',
  };
}

function nothingNew(where: string, words: readonly string[], age: string): Problem {
  return {
    code: 'database.nothing-newer',
    where,
    found: `no newer ${words.join(', ')}; ${age}`,
    expected: 'a source with a newer version',
    remedy:
      'give --refresh, or the name of the package with --packages; after an upgrade that did not come through: --finish',
  };
}

const versionSchema = z.strictObject({ major: z.number(), minor: z.number(), patch: z.number() });
export const serverSchema = z.strictObject({
  from: versionSchema,
  /** What it must say of itself afterwards. */
  to: versionSchema,
  dataDirectory: z.string(),
  log: z.string().nullable(),
  socket: z.string(),
  /** Its tables must be brought to the new version by a program of their own. */
  tables: z.boolean(),
});
export type ServerRecord = Readonly<z.infer<typeof serverSchema>>;
export type ServerStep = Step<ServerFacts, ServerRecord>;

/** The server as it is, and everything of it that speaks against the upgrade. */
export function serverStep(upgrade: ServerUpgrade, packages: PackagesStep): ServerStep {
  const { engine, asked, target, on } = upgrade;
  const where = `${target.name} on ${on.host}`;
  const record = ({ look, machine }: ServerFacts, changes: Recorded['changes'] | null): ServerRecord => {
    const from = serverVersion(look.version) ?? UNKNOWN;
    const to = (changes === null ? null : versionAfter(changes)) ?? from;
    const upgradedTo = serverVersion(machine.upgradedTo ?? '');
    return {
      ...{ from, to, dataDirectory: look.dataDirectory, log: look.log, socket: look.socket },
      tables: engine === 'mariadb' && (upgradedTo === undefined || !sameSeries(upgradedTo, to)),
    };
  };
  return step<ServerFacts, ServerRecord>({
    id: 'server',
    title: `Look at ${where}`,
    description:
      'Its version and the way to the new one, who replicates, prepared transactions, room on its disk, tables of which the server says that they must be mended first, engines and methods of login that the new version has not.',
    inputs: { service: target.name, host: on.host, engine, replicated: asked.replicated },
    read: (ctx) => serverFacts(upgrade, ctx.signal),
    decide: (facts, ctx) => {
      const { changes } = ctx.outputOf(packages);
      const to = versionAfter(changes);
      if (to === null && !asked.finish) return { kind: 'refuse', problems: [noServer(where, changes)] };
      const { freeBytes } = facts.machine;
      const problems = upgradeProblems(facts.look, { engine, where, to, freeBytes, replicated: asked.replicated });
      if (problems.length > 0) return { kind: 'refuse', problems };
      const { from, to: after, tables } = record(facts, changes);
      const unusual = facts.look.engines.map((one) => `${one.table} is of ${one.engine}`);
      const words = [
        `${engine} ${versionText(from)} → ${versionText(after)}`,
        ...(tables ? ['mariadb-upgrade will be run'] : []),
        ...(unusual.length === 0 ? [] : [`see that the engine comes along: ${unusual.slice(0, 5).join(', ')}`]),
      ];
      return { kind: 'nothing', why: words.join('; ') };
    },
    outputs: serverSchema,
    collect: (_results, facts, ctx) => record(facts, ctx.outputOf(packages).changes),
    probe: 'repeatable',
    // CHECK TABLE … FOR UPGRADE of each table.
    timeoutMs: asked.limitMs,
  });
}

const UNKNOWN: ServerVersion = { major: 0, minor: 0, patch: 0 };

function noServer(where: string, changes: Recorded['changes']): Problem {
  return {
    code: 'database.no-server-package',
    where,
    found: changesText(changes),
    expected: 'a package of the server among what is upgraded, such as mariadb-server-core or mysql-server-core',
    remedy: 'name it with --packages; for anything else there is `upgrade-packages`',
  };
}

const backupSchema = z.strictObject({ verified: z.string().nullable() });
type BackupFacts = { readonly verified: string | null; readonly problems: readonly Problem[] };

/** Without a backup that was proven there is no way back, so nothing begins. */
export function backupStep({ service, asked }: ServerUpgrade): Node {
  const { environment } = service.target;
  return step<BackupFacts, z.infer<typeof backupSchema>>({
    id: 'backup',
    title: 'Look whether there is a backup to go back to',
    inputs: { fresh: asked.backup },
    read: async () => {
      try {
        const { status } = await backupStatusOf(service.door, environment);
        return { verified: status.verified?.takenAt ?? null, problems: status.problems };
      } catch (error) {
        return { verified: null, problems: problemsOf(error, environment) };
      }
    },
    decide: ({ verified, problems }) => {
      if (problems.length === 0) return { kind: 'nothing', why: `a full one of ${verified ?? '?'} was verified` };
      const grave = asked.backup ? problems.filter(({ code }) => !MENDED.has(code)) : problems;
      if (grave.length === 0)
        return { kind: 'nothing', why: 'a new one is taken and verified before the server is stopped' };
      const advice = asked.backup ? '' : '; or give --backup: one is taken and verified while users are shut out';
      return { kind: 'refuse', problems: grave.map((one) => ({ ...one, remedy: `${one.remedy}${advice}` })) };
    },
    outputs: backupSchema,
    collect: (_results, { verified }) => ({ verified }),
    probe: 'repeatable',
  });
}

/** What a full backup, taken and verified, mends. */
const MENDED = new Set([
  'backup.nothing-restorable',
  'backup.older-than-rpo',
  'backup.not-verified',
  'backup.chain-broken',
]);

const plannedSchema = z.strictObject({ digest: z.string() });

/** Binds a run to a plan: the same versions, or nothing is changed. */
export function plannedStep(
  {
    asked,
    host,
  }: { readonly asked: Pick<ServerUpgrade['asked'], 'planned'>; readonly host: Pick<ServerUpgrade['host'], 'host'> },
  packages: PackagesStep,
): Node {
  const { planned } = asked;
  const digestOf = (recorded: Recorded): string => digestOfChanges([{ host: host.host, changes: recorded.changes }]);
  return step<null, z.infer<typeof plannedSchema>>({
    id: 'planned',
    title: 'Compare it with what was planned',
    inputs: { planned: planned ?? null },
    read: async () => null,
    decide: (_facts, ctx) => {
      const digest = digestOf(ctx.outputOf(packages));
      if (planned === undefined)
        return { kind: 'nothing', why: `nothing is asked; to ask for these versions: --planned ${digest}` };
      if (planned === digest) return { kind: 'nothing', why: 'they are the same versions' };
      return {
        kind: 'refuse',
        problems: [
          {
            code: 'system.candidate-changed',
            where: '--planned',
            found: `${planned}, while the versions of today are ${digest}`,
            expected: 'the same packages and versions as when it was planned',
            remedy: 'plan it again, look at the versions, and give their digest',
          },
        ],
      };
    },
    outputs: plannedSchema,
    collect: (_results, _facts, ctx) => ({ digest: digestOf(ctx.outputOf(packages)) }),
    probe: 'repeatable',
  });
}

const seenSchema = z.strictObject({
  /** Wall clock, milliseconds. */
  time: z.number(),
  users: z.array(z.string()).readonly(),
});
type Seen = z.infer<typeof seenSchema>;
interface Waiting {
  readonly from: number | null;
  readonly last: Seen | null;
}
const ALONE_MS = 60_000;

/** What was counted before would not be what is counted afterwards while somebody writes. */
export function aloneWatch(upgrade: ServerUpgrade): Watch<Waiting, Seen, { users: number }> {
  const { target, on } = upgrade;
  return watch<Waiting, Seen, { users: number }>({
    id: 'alone',
    title: `Wait until nobody uses ${target.name} on ${on.host}`,
    description: `No session that has chosen a database, within ${ALONE_MS / 1000} s.`,
    inputs: { service: target.name, host: on.host, limitMs: ALONE_MS },
    everyMs: 1_000,
    samples: seenSchema,
    outputs: z.strictObject({ users: z.number() }),
    sample: async (ctx) => ({ users: await asking(upgrade, usersOf), time: ctx.clock.now() }),
    start: () => ({ from: null, last: null }),
    fold: ({ from }, sample) => ({ from: from ?? sample.time, last: sample }),
    decide: ({ from, last }) => {
      if (from === null || last === null) return { kind: 'look-on', status: 'nothing seen yet' };
      const status = last.users.length === 0 ? 'nobody does' : last.users.slice(0, 5).join(', ');
      if (last.users.length === 0) return { kind: 'pass', status, outputs: { users: 0 } };
      if (last.time - from < ALONE_MS) return { kind: 'look-on', status };
      const problem: Problem = {
        code: 'database.in-use',
        where: `${target.name} on ${on.host}`,
        found: status,
        expected: 'nobody who could write while the server is upgraded',
        remedy: `stop them, or let them stop \`after\` ${target.name} in \`system:\`; then run it again. The server was not touched; users are shut out: maintenance-off and system-start let them in`,
      };
      return { kind: 'fail', problem };
    },
    forecast: async () => `looks every second whether anybody uses it, for at most ${ALONE_MS / 1000} s`,
  });
}
