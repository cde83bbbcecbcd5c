import type { Problem } from '../../model/problem.ts';
import type { Engine } from '../settings.ts';
import type { ServerLook } from './look.ts';
import { compareVersions, pathProblems, type ServerVersion, serverVersion, versionText } from './path.ts';

/** Whether a server may be upgraded as it is now. All pure. */

export interface UpgradeCase {
  readonly engine: Engine;
  readonly where: string;
  /** Null: the packages bring no other server; only what is left of an upgrade is to be done. */
  readonly to: ServerVersion | null;
  /** Bytes free where its data is. */
  readonly freeBytes: number;
  /** A person has said that other servers replicate from it, or it from them, and that their order was seen to. */
  readonly replicated: boolean;
}

/** Engines that are gone, and since which version (MariaDB Knowledge Base, “TokuDB” and “Cassandra Storage Engine”). */
const GONE: readonly { readonly engine: string; readonly since: ServerVersion }[] = [
  { engine: 'tokudb', since: { major: 10, minor: 6, patch: 0 } },
  { engine: 'cassandra', since: { major: 10, minor: 6, patch: 0 } },
];

/** In 8.4 the method is off unless a setting says otherwise; in 9.0 it is gone (MySQL Reference Manual, “What Is New”, 8.4 and 9.0). */
const NATIVE_OFF: ServerVersion = { major: 8, minor: 4, patch: 0 };

/** Room beside the redo logs and twice the tables of the system, which are written anew. */
const ROOM_BYTES = 256 * 1024 * 1024;

/** Everything that speaks against it; empty: nothing. */
export function upgradeProblems(look: ServerLook, one: UpgradeCase): readonly Problem[] {
  const { engine, where, to, freeBytes, replicated } = one;
  const from = serverVersion(look.version);
  if (from === undefined) {
    return [
      {
        code: 'database.unknown-version',
        where,
        found: look.version,
        expected: 'a version such as 10.11.18',
        remedy: 'report it',
      },
    ];
  }
  return [
    ...(to === null ? [] : pathProblems(engine, from, to, where)),
    ...(replicated ? [] : replicationProblems(look, where)),
    ...(look.prepared.length === 0
      ? []
      : [
          {
            code: 'database.prepared-transactions',
            where,
            found: `${look.prepared.length} prepared transactions that nobody has ended: ${look.prepared.slice(0, 3).join(', ')}`,
            expected: 'none: the new server may not read what the old one has kept of them',
            remedy: 'look at XA RECOVER, then XA COMMIT or XA ROLLBACK each, as its coordinator says',
          },
        ]),
    ...(look.forceRecovery === 0
      ? []
      : [
          {
            code: 'database.forced-recovery',
            where,
            found: `innodb_force_recovery = ${look.forceRecovery}`,
            expected: '0: a server whose data is whole',
            remedy: 'mend its data first, or restore it (docs/restore.md)',
          },
        ]),
    ...roomProblems(look, where, freeBytes),
    ...tableProblems(look, where),
    ...(to === null ? [] : engineProblems(look, engine, to, where)),
    ...(to === null ? [] : loginProblems(look, engine, to, where)),
  ];
}

/** What the server says of its tables. With `alone` also those that could not be asked count: nobody uses them any more. */
export function tableProblems(
  { flagged, busy }: Pick<ServerLook, 'flagged' | 'busy'>,
  where: string,
  alone = false,
): readonly Problem[] {
  const all = [...flagged, ...(alone ? busy.map((name) => `${name}: somebody holds it`) : [])];
  if (all.length === 0) return [];
  return [
    {
      code: 'database.tables-to-mend',
      where,
      found: `CHECK TABLE … FOR UPGRADE says: ${all.slice(0, 5).join('; ')}${all.length > 5 ? `; ${all.length - 5} more` : ''}`,
      expected: 'tables that are as this version keeps them, before the next one opens them',
      remedy: 'mend each: ALTER TABLE … FORCE, or REPAIR TABLE; both write the table anew',
    },
  ];
}

function replicationProblems({ replicatesFrom, readers }: ServerLook, where: string): readonly Problem[] {
  if (replicatesFrom.length === 0 && readers === 0) return [];
  const found = [
    ...(replicatesFrom.length === 0 ? [] : [`it replicates from ${replicatesFrom.join(', ')}`]),
    ...(readers === 0 ? [] : [`${readers} read its binary log`]),
  ];
  return [
    {
      code: 'database.replicated',
      where,
      found: found.join('; '),
      expected: 'a server that stands alone',
      remedy:
        'upgrade all replicas before their source, one by one, each with --replicated; where only `shiplock backup stream` reads, give it too',
    },
  ];
}

function roomProblems({ redoBytes, systemBytes }: ServerLook, where: string, freeBytes: number): readonly Problem[] {
  const needed = ROOM_BYTES + redoBytes + 2 * systemBytes;
  if (freeBytes >= needed) return [];
  const mib = (bytes: number): string => `${Math.floor(bytes / 1_048_576)} MiB`;
  return [
    {
      code: 'database.no-room',
      where,
      found: `${mib(freeBytes)} free where its data is`,
      expected: `at least ${mib(needed)}: new redo logs, and the tables of the system written anew`,
      remedy: 'make room there, then run it again',
    },
  ];
}

function engineProblems({ engines }: ServerLook, engine: Engine, to: ServerVersion, where: string): readonly Problem[] {
  if (engine !== 'mariadb') return [];
  const gone = engines.filter((one) =>
    GONE.some(({ engine: name, since }) => name === one.engine.toLowerCase() && compareVersions(to, since) >= 0),
  );
  return gone.map((one) => ({
    code: 'database.engine-gone',
    where: `${where} ${one.table}`,
    found: `a table of ${one.engine}`,
    expected: `an engine that ${versionText(to)} still has`,
    remedy: `ALTER TABLE ${one.table} ENGINE = InnoDB, then run it again`,
  }));
}

function loginProblems({ native }: ServerLook, engine: Engine, to: ServerVersion, where: string): readonly Problem[] {
  if (engine !== 'mysql' || native.length === 0 || compareVersions(to, NATIVE_OFF) < 0) return [];
  return [
    {
      code: 'database.login-gone',
      where,
      found: `${native.slice(0, 5).join(', ')}${native.length > 5 ? ` and ${native.length - 5} more` : ''} log in by mysql_native_password`,
      expected: `accounts that ${versionText(to)} lets in`,
      remedy: 'ALTER USER … IDENTIFIED WITH caching_sha2_password BY …, or lock those that nobody uses',
    },
  ];
}
