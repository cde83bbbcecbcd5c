import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { resolveEnvironment } from '../../config/index.ts';
import {
  archive,
  askedText,
  bundleFiles,
  type Collected,
  type Collector,
  collect,
  createQuery,
  isArchive,
  type Manifest,
  manifestOf,
  writeArchive,
  writeDirectory,
} from '../../diagnose/index.ts';
import type { Text } from '../../model/effect.ts';
import type { Clock, DatabaseTrust } from '../../model/ports.ts';
import { unwrap } from '../../model/problem.ts';
import { createSecrets, systemClock } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { secretsIn } from '../environment/secrets.ts';
import { openService, withDatabaseRoots } from '../environment/service.ts';
import { attach } from './attach.ts';
import { deliveryCollectors } from './delivery.ts';
import { type BundleMask, bundleMask } from './mask.ts';
import { environmentCollectors, machineCollectors, type Wanted } from './places.ts';

/**
 * The facts of an incident in one bundle. It changes nothing, takes no lease and writes no journal: it must work while a run holds the environment, and
 * when the disk of the state directory is full. Who collected what, and when, stands in its manifest.
 */

export interface Diagnosing extends Wanted {
  /** Null: only this machine, and nothing is read of a configuration. */
  readonly environment: string | null;
  /** Most bytes of all files together, before they are packed. */
  readonly maxBytes: number;
  /** Addresses of people stay. */
  readonly keepEmails: boolean;
}

/** What will be asked, and of whom: everything that is needed to do it. */
export interface DiagnosePlan {
  readonly diagnosing: Diagnosing;
  readonly service: string | null;
  readonly store: string | null;
  readonly collectors: readonly Collector[];
  readonly mask: BundleMask;
  readonly database: {
    readonly engine: 'mysql' | 'mariadb';
    readonly dsn: () => string;
    /** Read when the server is asked: a file that is missing must not hide the rest. */
    readonly trust: () => Promise<DatabaseTrust | undefined>;
    readonly connectTimeoutMs: number;
  } | null;
  readonly who: string;
  readonly clock: Clock;
}

/** Reads the configuration, and asks nobody yet. */
export async function planDiagnosis(
  door: Pick<DoorOptions, 'env' | 'who' | 'clock'> & { readonly service: DoorOptions | null },
  diagnosing: Diagnosing,
): Promise<DiagnosePlan> {
  const { env, who, clock = systemClock } = door;
  const emails = !diagnosing.keepEmails;
  const { minutes, environment: name } = diagnosing;
  if (door.service === null || name === null) {
    const secrets = createSecrets({ env });
    return {
      ...{ diagnosing, who, clock, service: null, store: null, database: null },
      collectors: machineCollectors(minutes),
      mask: bundleMask([], (reference) => secrets.get(reference), env, { emails }),
    };
  }
  const service = await openService(door.service);
  const environment = unwrap(resolveEnvironment(service.config, name, { baseDir: service.baseDir }));
  const { secrets, store, configFile, config } = service;
  const { database } = environment;
  const valueBehind = (text: Text): string => (typeof text === 'string' ? text : secrets.get(text.secret));
  return {
    ...{ diagnosing, who, clock, store },
    service: environment.service,
    collectors: [
      ...environmentCollectors(environment, config.service.diagnose, diagnosing, { env, clock }),
      ...deliveryCollectors({ store, service: environment.service, environment: name, configFile }),
    ],
    mask: bundleMask(secretsIn(environment), (reference) => secrets.get(reference), env, { emails }),
    database:
      database === null
        ? null
        : {
            engine: database.engine,
            dsn: () => valueBehind(database.accounts?.monitoring?.dsn ?? database.dsn),
            trust: async () => (await withDatabaseRoots({}, environment)).databaseTrust,
            connectTimeoutMs: database.connectTimeoutMs,
          },
  };
}

/** What a plan asks, a line each: nothing else is asked when it is carried out. */
export function planLines({
  collectors,
  mask,
}: DiagnosePlan): readonly { readonly file: string; readonly asked: string }[] {
  return collectors.map((collector) => ({ file: collector.file, asked: mask.mask(commandOf(collector)) }));
}

/** As it is started: with its priority, over ssh. */
function commandOf({ work, place, timeoutMs }: Collector): string {
  if (work.kind !== 'command' || place.reach === undefined) return askedText(work);
  return askedText({ ...work, argv: place.reach(work.argv, timeoutMs) });
}

export interface Diagnosed {
  readonly manifest: Manifest;
  /** Where it lies. */
  readonly path: string;
  /** Bytes of the archive; of a directory the sum of its files. */
  readonly bytes: number;
}

/** Where a bundle goes: a file, a directory, or beside the journal of a run. */
export type Destination =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'run'; readonly store: string; readonly run: string };

/** Asks everything and writes the bundle. @throws ProblemError when it cannot be written */
export async function diagnose(
  plan: DiagnosePlan,
  destination: Destination,
  { signal, onEnd }: { readonly signal: AbortSignal; readonly onEnd?: (collected: Collected) => void },
): Promise<Diagnosed> {
  const { collectors, clock, diagnosing, service, mask, database, who } = plan;
  const started = clock.now();
  const collected = await collect(collectors, {
    clock,
    signal,
    maxBytes: diagnosing.maxBytes,
    mask: mask.mask,
    holdsSecret: mask.holdsSecret,
    onEnd,
    query:
      database === null
        ? undefined
        : async (sql, timeoutMs) => {
            const access = { ...database, dsn: database.dsn(), trust: await database.trust() };
            return createQuery({ ...access, clock, signal })(sql, timeoutMs);
          },
  });
  const manifest = manifestOf(
    {
      ...{ service, environment: diagnosing.environment, who, on: hostname() },
      startedAt: new Date(started).toISOString(),
      endedAt: new Date(clock.now()).toISOString(),
      minutes: diagnosing.minutes,
      maxBytes: diagnosing.maxBytes,
      masked: { secrets: mask.secrets, unread: [...mask.unread], emails: !diagnosing.keepEmails },
    },
    collected,
  );
  const files = bundleFiles(manifest, collected);
  if (destination.kind === 'path' && !isArchive(destination.path)) {
    await writeDirectory(destination.path, files);
    return { manifest, path: destination.path, bytes: files.reduce((sum, { content }) => sum + content.length, 0) };
  }
  const name = destination.kind === 'run' ? bundleName(plan, started) : basename(destination.path);
  const content = await archive(name, files, started / 1000);
  if (destination.kind === 'path') {
    await writeArchive(destination.path, content);
    return { manifest, path: destination.path, bytes: content.length };
  }
  const { store, run } = destination;
  const path = await attach(store, run, { name, content, who, time: manifest.endedAt });
  return { manifest, path, bytes: content.length };
}

/** `diagnose-shop-production-20261122T214500Z.tar.gz` */
export function bundleName({ service, diagnosing }: DiagnosePlan, ms: number): string {
  const time = new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${['diagnose', service ?? hostname().replaceAll(/[^\w.-]/g, ''), diagnosing.environment ?? '', time].filter((part) => part !== '').join('-')}.tar.gz`;
}

/** Where it goes when nobody says it: the directory one stands in. */
export function bundlePath(plan: DiagnosePlan, cwd: string): string {
  return join(cwd, bundleName(plan, plan.clock.now()));
}
