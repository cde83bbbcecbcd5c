import type { ResolvedDatabase } from '../../config/index.ts';
import { type ScratchPlace, scratchAt, startLocal } from '../../migrate/index.ts';
import { ProblemError } from '../../model/problem.ts';
import { freePorts, PORT_RANGE } from '../../platform/index.ts';
import type { Service } from '../door.ts';

/** A server for a proof, ours to throw away. */
export interface ProofServer {
  readonly place: ScratchPlace;
  close(): Promise<void>;
}

/** The one that is named, or the program that plans are made on, started for this proof at a port of the loopback. */
export async function throwAway(
  { engine, shadow }: Pick<ResolvedDatabase, 'engine' | 'shadow'>,
  address: string | undefined,
  { exec, clock }: Pick<Service, 'exec' | 'clock'>,
): Promise<ProofServer> {
  if (address !== undefined) return { place: scratchAt(address), close: async () => undefined };
  if (shadow?.dsn !== undefined && shadow.program === undefined) throw new ProblemError(noProgram());
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
      arguments: { initialise: [], start: engine === 'mysql' ? ['--skip-log-bin'] : [] },
      port,
    },
    { exec, clock },
  );
  return {
    place: { admin: { socketPath: local.socketPath, user: 'root' }, host: '127.0.0.1', port },
    close: () => local.close(),
  };
}

function noProgram() {
  return {
    code: 'release.no-proof-server',
    where: 'database.shadow',
    found: 'an address, which is the server of plans',
    expected: 'a server on which everything may be done for a proof, its log too',
    remedy: 'name one with --server, or write `program: mariadbd` (or `mysqld`) below `database.shadow`',
  };
}
