import { randomBytes } from 'node:crypto';
import type { ResolvedDatabase } from '../../config/index.ts';
import { forwardTo, type ScratchPlace, scratchAt, startContainer, startLocal } from '../../migrate/index.ts';
import { ProblemError } from '../../model/problem.ts';
import { freePorts, PORT_RANGE } from '../../platform/index.ts';
import type { Service } from '../door.ts';

/** A server for a proof, ours to throw away. */
export interface ProofServer {
  readonly place: ScratchPlace;
  close(): Promise<void>;
}

type Ports = Pick<Service, 'exec' | 'clock'>;
type Settings = Pick<ResolvedDatabase, 'engine' | 'shadow'>;

/** Suites open more connections than a plan does. */
const CONNECTIONS = '--max-connections=151';

/** The one that is named, or what plans are made on, started for this proof: a container of the image, else the program. */
export async function throwAway(settings: Settings, address: string | undefined, ports: Ports): Promise<ProofServer> {
  if (address !== undefined) return { place: scratchAt(address), close: async () => undefined };
  const { shadow } = settings;
  if (shadow?.image !== undefined) return inContainer(settings.engine, { ...shadow, image: shadow.image }, ports);
  if (shadow?.dsn !== undefined && shadow.program === undefined) throw new ProblemError(noServer());
  return onThisMachine(settings, ports);
}

async function onThisMachine({ engine, shadow }: Settings, { exec, clock }: Ports): Promise<ProofServer> {
  const [port = PORT_RANGE.first] = await freePorts(1, PORT_RANGE, {
    taken: new Set(),
    root: String(process.pid),
    clock,
  });
  const local = await startLocal(
    {
      program: shadow?.program ?? (engine === 'mariadb' ? 'mariadbd' : 'mysqld'),
      family: engine,
      user: shadow?.user ?? 'nobody',
      database: 'shiplock_proof',
      arguments: argumentsFor(engine),
      port,
    },
    { exec, clock },
  );
  return {
    place: { admin: { socketPath: local.socketPath, user: 'root' }, host: '127.0.0.1', port },
    close: () => local.close(),
  };
}

/** It has no network, like that of a plan: suites reach its socket through a port of this machine. */
async function inContainer(
  family: ResolvedDatabase['engine'],
  { image, memory, user }: { readonly image: string; readonly memory: number; readonly user: string },
  ports: Ports,
): Promise<ProofServer> {
  const wanted = { image, memory, user, family, database: 'shiplock_proof', arguments: argumentsFor(family) };
  const started = await startContainer(wanted, ports);
  try {
    // Whoever is on this machine reaches the port, and would be root at the socket.
    const password = randomBytes(16).toString('hex');
    const told = await started.administrator.tell(`ALTER USER root@localhost IDENTIFIED BY '${password}'`);
    if (!told.ok) throw new Error(told.message);
    const { socketPath } = started;
    const forward = await forwardTo(socketPath);
    return {
      place: { admin: { socketPath, user: 'root', password }, host: '127.0.0.1', port: forward.port },
      close: async () => {
        await forward.close();
        await started.close();
      },
    };
  } catch (error) {
    await started.close();
    throw error;
  }
}

function argumentsFor(engine: ResolvedDatabase['engine']) {
  return { initialise: [], start: [CONNECTIONS, ...(engine === 'mysql' ? ['--skip-log-bin'] : [])] };
}

function noServer() {
  return {
    code: 'release.no-proof-server',
    where: 'database.shadow',
    found: 'an address, which is the server of plans',
    expected: 'a server on which everything may be done for a proof, its log too',
    remedy:
      'name one with --server, or write `image: mysql@sha256:…` or `program: mariadbd` (or `mysqld`) below `database.shadow`',
  };
}
