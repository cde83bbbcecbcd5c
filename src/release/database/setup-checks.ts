import { z } from 'zod';
import {
  fitting,
  optionWords,
  type Setting,
  settingNames,
  setupDifferences,
  setupProblems,
  setupSettings,
  versionAfter,
  versionText,
  type Wanted,
} from '../../database/index.ts';
import type { DatabaseSetupLook } from '../../model/database-host.ts';
import type { PackageLook } from '../../model/packages.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { type ReadContext, type Step, step } from '../../procedure/index.ts';
import { ageText, changesText, type Recorded, recordedOf, recordedSchema } from '../../system/index.ts';
import { connectionsOf, tooSmall } from './configure.ts';
import { pairOf, type ServerSetup } from './setup-case.ts';
import type { PackagesStep } from './upgrade-checks.ts';

/** What is looked at before a new server is made. Each of these steps refuses, and none changes anything. */

/** Which packages would come, in which versions. Nothing else is installed later. */
export function packagesStep({ words, host }: ServerSetup): PackagesStep {
  return step<PackageLook, Recorded>({
    id: 'look',
    title: `Look what is to be installed on ${host.host}`,
    inputs: { host: host.host, words: [...words] },
    read: (ctx) => host.packages.look(words, ctx.signal),
    decide: (look) => {
      if (look.failed !== null) return { kind: 'refuse', problems: [refused(host.host, look.failed)] };
      if (isInstalled(words, look))
        return { kind: 'nothing', why: 'they are installed; newer versions come by upgrade-database' };
      const old = look.changes.filter(({ from }) => from !== null);
      // A server that is there is upgraded by its own runbook, which takes a backup first.
      if (versionAfter(old) !== null) return { kind: 'refuse', problems: [wouldUpgrade(host.host, changesText(old))] };
      return { kind: 'nothing', why: `${changesText(look.changes)}; ${ageText(look)}` };
    },
    outputs: recordedSchema,
    collect: (_results, look) => recordedOf(isInstalled(words, look) ? { ...look, changes: [] } : look),
    probe: 'repeatable',
  });
}

function isInstalled(words: readonly string[], { installed }: PackageLook): boolean {
  return words.every((word) => installed[word.split('=')[0] ?? '']?.whole === true);
}

function wouldUpgrade(where: string, found: string): Problem {
  return {
    code: 'database.setup-would-upgrade',
    where,
    found: `a server that is there, and would be upgraded: ${found}`,
    expected: 'new packages only',
    remedy: 'run upgrade-database first, which takes a backup; then this one',
  };
}

function refused(where: string, found: string): Problem {
  return {
    code: 'system.packages-refused',
    where,
    found,
    expected: 'packages that apt can install without removing one',
    remedy:
      'give --refresh where the lists of its sources are old; else run `apt-get -s install` with these names on the host, mend what it names, and plan again',
  };
}

const serverSchema = z.strictObject({
  /** No server answered: everything is made anew. */
  fresh: z.boolean(),
  /** It holds tables already. */
  used: z.boolean(),
  version: z.string(),
  /** Address from which the host was asked. */
  from: z.string().nullable(),
  settings: z
    .array(
      z.strictObject({
        name: z.string(),
        value: z.union([z.string(), z.number()]),
        why: z.string(),
        live: z.boolean(),
      }),
    )
    .readonly(),
});
export type SetupRecord = Readonly<z.infer<typeof serverSchema>>;
export type SetupServerStep = Step<DatabaseSetupLook, SetupRecord>;

const GIB = 1024 ** 3;
/** Tables of the server, undo, temporary tables, and a day of small binary logs. */
const BESIDE_REDO = GIB / 2;
const REDO = /^innodb_(?:redo_log_capacity|log_file_size)$/;

/** What the machine is, what the server there says, and everything that speaks against it. */
export function serverStep(setup: ServerSetup, packages: PackagesStep): SetupServerStep {
  const { engine, target, on, asked } = setup;
  const where = `${target.name} on ${on.host}`;
  const record = (look: DatabaseSetupLook, changes: Recorded['changes']): SetupRecord => ({
    fresh: look.server === null,
    used: (look.server?.tables ?? 0) > 0,
    version: versionOf(look, changes),
    from: look.from === '' ? null : look.from,
    settings: settingsOf(setup, look, changes),
  });
  return step<DatabaseSetupLook, SetupRecord>({
    id: 'server',
    title: `Look at the machine of ${where}`,
    description:
      'Its memory, processors and disk, what lies where the data is to lie, and what a server says that answers there already: settings, tables, accounts.',
    inputs: {
      service: target.name,
      host: on.host,
      engine,
      pool: asked.pool,
      reserve: asked.reserve,
      share: asked.share,
    },
    read: (ctx) => lookAt(setup, ctx.signal),
    decide: (look, ctx) => {
      const { changes } = ctx.outputOf(packages);
      const wanted = wantedOf(setup, look, changes);
      const { fits, needed } = fitting(wanted);
      if (!fits) return { kind: 'refuse', problems: problemsOf(tooSmall(wanted, needed), where) };
      const settings = settingsOf(setup, look, changes);
      const redo = Number(settings.find(({ name }) => REDO.test(name))?.value ?? 0);
      const coming = changes.length > 0;
      const problems = setupProblems(look, { engine, where, coming, settings, needs: redo + BESIDE_REDO });
      if (problems.length > 0) return { kind: 'refuse', problems };
      if (look.server === null) {
        const mib = Math.round((wanted.machine.memory * wanted.share) / 1024 ** 2);
        return { kind: 'nothing', why: `a new ${engine} ${versionOf(look, changes)}, ${mib} MiB for it` };
      }
      const left = setupDifferences(settings, look).length;
      return {
        kind: 'nothing',
        why: `${look.server.version} answers; ${left === 0 ? 'its settings are as they should be' : `${left} settings differ`}, ${look.server.tables} tables`,
      };
    },
    outputs: serverSchema,
    collect: (_results, look, ctx) => record(look, ctx.outputOf(packages).changes),
    probe: 'repeatable',
  });
}

/** Only looks. */
export function lookAt(setup: ServerSetup, signal: AbortSignal): Promise<DatabaseSetupLook> {
  const { engine } = setup;
  const any: Wanted = {
    ...{ engine, share: 1, connections: 1, serverId: 1, version: '0.0.0' },
    machine: { memory: 0, cores: 1, disk: 'ssd' },
  };
  return setup.machine.look(settingNames(setupSettings(any, placeOf(setup))), signal);
}

/** The server answers in a run behind the steps that make it; before, and in a plan, it may not. @throws ProblemError */
export async function answering(setup: ServerSetup, ctx: ReadContext): Promise<DatabaseSetupLook> {
  const look = await lookAt(setup, ctx.signal);
  if (look.server !== null || ctx.mode === 'plan') return look;
  throw new ProblemError({
    code: 'database.setup-silent',
    where: `${setup.target.name} on ${setup.on.host}`,
    found: look.silence,
    expected: 'a server that answers root over its socket',
    remedy: `read its log there (journalctl -u ${setup.unit}); ${setup.wayBack}`,
  });
}

function versionOf({ server }: DatabaseSetupLook, changes: Recorded['changes']): string {
  const after = versionAfter(changes);
  return server?.version ?? (after === null ? '' : versionText(after));
}

function wantedOf(setup: ServerSetup, look: DatabaseSetupLook, changes: Recorded['changes']): Wanted {
  const { engine, asked, service } = setup;
  return {
    ...{ engine, share: asked.share, serverId: asked.serverId, version: versionOf(look, changes) },
    machine: { memory: asked.machine.memory ?? look.memory, cores: look.cores, disk: look.disk },
    connections: connectionsOf(service.environment, asked),
  };
}

function placeOf({ asked, on, ...setup }: ServerSetup): Parameters<typeof setupSettings>[1] {
  return { bind: asked.bind ?? on.address, pair: pairOf(setup) };
}

function settingsOf(setup: ServerSetup, look: DatabaseSetupLook, changes: Recorded['changes']): readonly Setting[] {
  return setupSettings(wantedOf(setup, look, changes), placeOf(setup));
}

/** Its file of settings is as it should be. Pure. */
export function hasOptions(look: DatabaseSetupLook, { settings }: SetupRecord): boolean {
  const words = optionWords(settings);
  return look.options.length === words.length && words.every((word) => look.options.includes(word));
}
