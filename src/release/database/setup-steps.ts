import { z } from 'zod';
import { optionWords, reloadTls, setupDifferences } from '../../database/index.ts';
import { openDsnSession, resolveDsn } from '../../migrate/index.ts';
import type { DatabaseSetupLook } from '../../model/database-host.ts';
import { MADE_PASSWORD } from '../../model/effect.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { setOf, verbsForGood } from '../../platform/lay.ts';
import {
  action,
  type DecideContext,
  type Node,
  type ReadContext,
  type Step,
  sequence,
  step,
} from '../../procedure/index.ts';
import { healthyWatch } from '../../system/index.ts';
import { sourceOf } from '../upkeep/certificates.ts';
import { administratorOf, pairOf, type ServerSetup, USUAL_ADMINISTRATOR } from './setup-case.ts';
import { answering, hasOptions, lookAt, type SetupServerStep } from './setup-checks.ts';
import { authorityStep, digestOf, issueStep } from './tls.ts';
import type { PackagesStep } from './upgrade-checks.ts';

/** What is done to a new server. Each step looks whether it is done, and can be done again. */

const QUICK_MS = 60_000;
/** What ssh and the fence may take besides the work itself. */
const MARGIN_MS = 30_000;

/** In a plan, what a step before will have made is not there yet. */
export function isToCome(ctx: DecideContext, server: SetupServerStep): boolean {
  return ctx.mode === 'plan' && ctx.outputOf(server).fresh;
}

/** New packages count as wanted by themselves, so that nothing removes them as left over. */
export function manualStep({ words, host, manual }: ServerSetup, packages: PackagesStep): Node {
  return action<readonly string[]>({
    id: 'wanted',
    title: `Count the packages of the server as wanted on ${host.host}`,
    inputs: { host: host.host },
    read: async (ctx) => (await host.packages.look(words, ctx.signal)).auto ?? [],
    decide: (auto, ctx) => {
      const isNew = ctx.mode === 'plan' && ctx.outputOf(packages).changes.length > 0;
      if (auto.length === 0 && !isNew) return { kind: 'nothing', why: 'they do' };
      return { kind: 'do', effects: [manual(words.map((word) => word.split('=')[0] ?? ''))] };
    },
    probe: 'repeatable',
  });
}

/** Its own unit, started now and with the machine. */
export function enableStep(setup: ServerSetup, server: SetupServerStep): Node {
  const { unit, on, target, machine } = setup;
  const { startMs } = target;
  return action<{ readonly enabled: boolean; readonly up: boolean }>({
    id: 'enable',
    title: `Start ${target.name} on ${on.host}, now and with the machine`,
    inputs: { unit, host: on.host },
    read: async (ctx) => {
      const [look, members] = await Promise.all([lookAt(setup, ctx.signal), on.control.observe(ctx.signal)]);
      return { enabled: look.enabled.includes(unit), up: members.every(({ state }) => state === 'running') };
    },
    decide: ({ enabled, up }, ctx) => {
      // Some packages do both by themselves: done once more, it is the same.
      const fresh = ctx.outputOf(server).fresh;
      if (enabled && up && !fresh) return { kind: 'nothing', why: 'it runs, and starts with the machine' };
      return { kind: 'do', effects: [machine.enable(unit), ...on.control.start([{ name: unit }], startMs)] };
    },
    probe: 'repeatable',
    timeoutMs: startMs + MARGIN_MS,
  });
}

/** Authority and pair on this machine, then the pair on the host, where only the server may read it. */
export function tlsNodes(setup: ServerSetup, server: SetupServerStep): readonly Node[] {
  const { tls, service } = setup;
  if (tls === null) return [];
  return [
    sequence({
      id: 'tls',
      title: 'Give it a pair that its clients trust',
      steps: [authorityStep({ service }, tls.place), issueStep({ service }, tls.place), pairStep(setup, server)],
    }),
  ];
}

interface PairFacts {
  /** Of key and certificate as they are here; null: not made yet. */
  readonly wanted: readonly [string, string] | null;
  readonly laid: readonly (string | null)[];
}

function pairStep(setup: ServerSetup, server: SetupServerStep): Node {
  const { machine, on, tls, admin, engine } = setup;
  const pair = pairOf(setup);
  if (pair === null || tls === null) throw new TypeError('only where there is one');
  const files = [pair.key, pair.cert] as const;
  const read = async (ctx: ReadContext): Promise<PairFacts> => {
    const laid = await machine.laid(files, ctx.signal);
    try {
      const [key, cert] = await Promise.all([sourceOf(pair.from.key).read(), sourceOf(pair.from.cert).read()]);
      return { laid, wanted: [digestOf(key), digestOf(cert)] };
    } catch (error) {
      if (ctx.mode === 'plan') return { laid, wanted: null };
      throw error;
    }
  };
  const isLaid = ({ wanted, laid }: PairFacts): boolean => wanted?.every((digest, at) => laid[at] === digest) === true;
  return action<PairFacts>({
    id: 'pair',
    title: `Lay the pair down on ${on.host}`,
    inputs: { directory: tls.directory, host: on.host },
    read,
    decide: (facts, ctx) => {
      const { fresh } = ctx.outputOf(server);
      if (isLaid(facts) && !fresh) return { kind: 'nothing', why: 'it lies there' };
      const digests = facts.wanted ?? ['<pair.key>', '<pair.certificate>'];
      const from = [pair.from.key, pair.from.cert];
      const set = setOf(digests);
      const laying = verbsForGood(isLaid(facts)).flatMap((verb) =>
        files.map((to, at) => machine.lay(verb, { to, set, digest: digests[at] ?? '', sources: [from[at] ?? ''] })),
      );
      return {
        kind: 'do',
        effects: [
          ...laying,
          machine.ownPair(tls.directory),
          // One that runs with a pair already reads the new one at once; any other is started again with its settings.
          ...(fresh || facts.laid.includes(null)
            ? []
            : [
                {
                  ...{ kind: 'sql' as const, dsn: admin, statements: [reloadTls(engine)], timeoutMs: QUICK_MS },
                  lock: 'shiplock:database-tls',
                },
              ]),
        ],
      };
    },
    probe: 'repeatable',
    verify: async (ctx) => (isLaid(await read(ctx)) ? [] : [notDone('the pair of the server', on.host, setup)]),
  });
}

/** Written once the program of the server has taken every one of them. */
export function optionsStep(setup: ServerSetup, server: SetupServerStep): Node {
  const { machine, on, target } = setup;
  return action<DatabaseSetupLook>({
    id: 'options',
    title: `Write the settings of ${target.name} on ${on.host}`,
    description:
      'By the size of the machine, each with the reason that `shiplock database configure` tells. The program of the server is asked first whether it would start with them.',
    inputs: { service: target.name, host: on.host },
    read: (ctx) => lookAt(setup, ctx.signal),
    decide: (look, ctx) => {
      const record = ctx.outputOf(server);
      if (hasOptions(look, record)) return { kind: 'nothing', why: 'they stand there' };
      return { kind: 'do', effects: [machine.options(optionWords(record.settings))] };
    },
    probe: 'repeatable',
    verify: async (ctx) =>
      hasOptions(await lookAt(setup, ctx.signal), ctx.outputOf(server))
        ? []
        : [notDone('its file of settings', on.host, setup)],
    timeoutMs: 2 * QUICK_MS,
  });
}

/** A server without tables is started again; one in use was refused long before. */
export function settingsNode(setup: ServerSetup, server: SetupServerStep): Node {
  const { on, target, unit, system } = setup;
  const { restart } = on.control;
  const limitMs = target.startMs + target.stopMs;
  const left = (look: DatabaseSetupLook, ctx: DecideContext) => setupDifferences(ctx.outputOf(server).settings, look);
  const again = action<DatabaseSetupLook>({
    id: 'again',
    title: `Start ${target.name} on ${on.host} again, with its settings`,
    inputs: { service: target.name, host: on.host },
    read: (ctx) => answering(setup, ctx),
    decide: (look, ctx) => {
      const differing = left(look, ctx);
      if (!isToCome(ctx, server) && differing.length === 0) return { kind: 'nothing', why: 'it has them' };
      if ((look.server?.tables ?? 0) > 0) return { kind: 'refuse', problems: [usedMeanwhile(setup, look)] };
      const effects =
        restart === null
          ? [...on.control.stop([{ name: unit }], target.stopMs), ...on.control.start([{ name: unit }], target.startMs)]
          : restart([{ name: unit }], limitMs);
      return { kind: 'do', effects, why: differing.map(({ name }) => name).join(', ') };
    },
    probe: 'repeatable',
    verify: async (ctx) => {
      const look = await answering(setup, ctx);
      return left(look, ctx).map(({ name, value, now }) => notTaken(name, String(value), now, setup));
    },
    timeoutMs: limitMs + MARGIN_MS,
  });
  return sequence({
    id: 'up',
    title: `${target.name} on ${on.host} with its settings`,
    steps: [again, healthyWatch(system, target, on)],
  });
}

export function secureStep(setup: ServerSetup, server: SetupServerStep): Node {
  const { machine, on, target } = setup;
  return action<DatabaseSetupLook>({
    id: 'secure',
    title: `Let root in by the socket of ${on.host} alone`,
    description: 'No password of root, no root from other machines, no account without a name, no schema `test`.',
    inputs: { service: target.name, host: on.host },
    read: (ctx) => answering(setup, ctx),
    decide: ({ server: found }, ctx) => {
      if (found !== null && found.lax.length === 0 && !ctx.outputOf(server).fresh)
        return { kind: 'nothing', why: 'it is so' };
      return { kind: 'do', effects: [machine.secure()], why: found?.lax.join('; ') ?? '' };
    },
    probe: 'repeatable',
    verify: async (ctx) => {
      const lax = (await answering(setup, ctx)).server?.lax ?? [];
      return lax.map((one) => notDone(one, on.host, setup));
    },
  });
}

export function zonesStep(setup: ServerSetup, server: SetupServerStep): Node {
  const { machine, on, target } = setup;
  return action<DatabaseSetupLook>({
    id: 'zones',
    title: `Fill the tables of time zones of ${target.name}`,
    description: "CONVERT_TZ and SET time_zone = 'Europe/Berlin' give NULL or an error without them.",
    inputs: { service: target.name, host: on.host },
    read: (ctx) => answering(setup, ctx),
    decide: ({ server: found }, ctx) =>
      found !== null && found.zones > 0 && !isToCome(ctx, server)
        ? { kind: 'nothing', why: `${found.zones} of them` }
        : { kind: 'do', effects: [machine.zones()] },
    probe: 'repeatable',
    verify: async (ctx) =>
      ((await answering(setup, ctx)).server?.zones ?? 0) > 0
        ? []
        : [notDone('the tables of time zones', on.host, setup)],
    timeoutMs: 11 * QUICK_MS,
  });
}

const administratorSchema = z.strictObject({ user: z.string() });
export type AdministratorStep = Step<Awaited<ReturnType<typeof administratorOf>>, z.infer<typeof administratorSchema>>;

/** Its connection string first, so that no account is made with a password that nobody keeps. */
export function administratorSecretStep(setup: ServerSetup): AdministratorStep {
  const { adminFile, address } = setup;
  return step({
    id: 'secret',
    title: 'Keep the connection string of the administrator',
    inputs: { reference: setup.asked.admin },
    read: () => administratorOf(setup),
    decide: ({ isToMake }) =>
      isToMake && adminFile !== null
        ? {
            kind: 'do',
            effects: [
              {
                ...{ kind: 'file', path: adminFile, mode: 0o600, timeoutMs: QUICK_MS },
                content: { made: `mysql://${USUAL_ADMINISTRATOR}:${MADE_PASSWORD}@${address}/mysql\n` },
                why: 'for its owner only',
              },
            ],
          }
        : { kind: 'nothing', why: 'it is kept' },
    outputs: administratorSchema,
    collect: (_results, { user }) => ({ user }),
    planned: ({ user }) => ({ user }),
    probe: 'repeatable',
  });
}

/** The one account that is made over the socket; all others are made by it. */
export function administratorStep(setup: ServerSetup, server: SetupServerStep, secret: AdministratorStep): Node {
  const { machine, on, asked, admin, engine, target } = setup;
  const fromOf = (ctx: DecideContext): string | null => asked.adminFrom ?? ctx.outputOf(server).from;
  return action<DatabaseSetupLook>({
    id: 'account',
    title: `Make the administrator of ${target.name}`,
    description:
      'It may do everything, and comes from one address: accounts, settings and TLS are set up by it from now on.',
    inputs: { service: target.name, host: on.host, from: asked.adminFrom ?? null },
    read: (ctx) => answering(setup, ctx),
    decide: ({ server: found }, ctx) => {
      const from = fromOf(ctx);
      if (from === null) return { kind: 'refuse', problems: [noAddress(on.host)] };
      const { user } = ctx.outputOf(secret);
      if (found?.administrators.includes(`${user}@${from}`) === true) return { kind: 'nothing', why: 'it is there' };
      return { kind: 'do', effects: [machine.administrator(user, from, admin, engine)] };
    },
    probe: 'repeatable',
    verify: async (ctx) => {
      const { user } = ctx.outputOf(secret);
      const there = (await answering(setup, ctx)).server?.administrators ?? [];
      return there.includes(`${user}@${fromOf(ctx)}`) ? [] : [notDone(`account ${user}`, on.host, setup)];
    },
  });
}

/** As the migrations do it: the last word on address, account, password and trust. */
export function connectStep(setup: ServerSetup, server: SetupServerStep): Node {
  const { environment, secrets } = setup.service;
  const { database } = environment;
  if (database === null) throw new TypeError('looked for before');
  return action<readonly Problem[] | null>({
    id: 'connect',
    title: 'Connect as the migrations do',
    inputs: { address: setup.address },
    read: async (ctx) => {
      if (isToCome(ctx, server)) return null;
      try {
        await (await openDsnSession(resolveDsn(database.dsn, secrets), database.connectTimeoutMs)).close();
        return [];
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        return problemsOf(error, setup.address);
      }
    },
    decide: (problems) => {
      if (problems === null) return { kind: 'nothing', why: 'tried when the server is there' };
      return problems.length === 0 ? { kind: 'nothing', why: 'it is let in' } : { kind: 'refuse', problems };
    },
    probe: 'repeatable',
  });
}

function notDone(what: string, where: string, { wayBack }: ServerSetup): Problem {
  return {
    code: 'database.setup-not-done',
    where,
    found: `${what}: not as it was just made`,
    expected: 'what was asked for',
    remedy: `see whether another program changes it; ${wayBack}`,
  };
}

function notTaken(name: string, expected: string, now: string | null, { unit, wayBack }: ServerSetup): Problem {
  return {
    code: 'database.not-taken',
    where: name,
    found: now ?? 'no such setting',
    expected,
    remedy: `read its log (journalctl -u ${unit}), and the files of settings below /etc/mysql that come later; ${wayBack}`,
  };
}

function usedMeanwhile({ target, on }: ServerSetup, { server }: DatabaseSetupLook): Problem {
  return {
    code: 'database.setup-in-use',
    where: `${target.name} on ${on.host}`,
    found: `${server?.tables ?? 0} tables, made since this run began`,
    expected: 'a server without tables, which may be started again',
    remedy: 'restart it in a window (`shiplock runbook run system-restart`), then go on with this run',
  };
}

function noAddress(where: string): Problem {
  return {
    code: 'database.setup-address',
    where,
    found: 'a host that does not tell from where it is asked (sudo takes that away)',
    expected: 'the address from which the administrator comes',
    remedy: 'give --admin-from with the address of this machine as the host sees it',
  };
}
