/** What a server of MySQL or MariaDB should be set to on a machine of a given size, each setting with its reason. Pure. */

export type Engine = 'mysql' | 'mariadb';

export interface Machine {
  /** Memory of the machine, bytes. */
  readonly memory: number;
  readonly cores: number;
  readonly disk: 'ssd' | 'hdd';
}

export interface Wanted {
  readonly engine: Engine;
  readonly machine: Machine;
  /** Part of the memory that the server may use, 0 to 1: less than 1 where something else runs on the machine. */
  readonly share: number;
  /** Connections that applications open at most, all instances together, and a reserve for people and tools. */
  readonly connections: number;
  /** A number that no other server of this replication has, 1 to 4294967295. */
  readonly serverId: number;
  /** As the server says it: `10.11.14-MariaDB`. */
  readonly version: string;
}

export interface Setting {
  readonly name: string;
  readonly value: number | string;
  readonly why: string;
  /** The server takes it while it runs; else it must be started again. */
  readonly live: boolean;
}

const MIB = 1_048_576;
const GIB = 1024 * MIB;
const CHUNK = 128 * MIB;
/** What a connection takes when it is at work: stack, network buffers, one sort and one join. */
const PER_CONNECTION = 3 * MIB;
/** What the server takes for itself: dictionary, performance_schema, caches. */
const FIXED = 400 * MIB;

/** Memory that is divided, for the plan to show. */
export interface MemoryPlan {
  readonly total: number;
  readonly connections: number;
  readonly fixed: number;
  readonly pool: number;
}

/**
 * The buffer pool gets three quarters of what is left when connections and the server itself have theirs; the rest is for temporary tables and the system. In
 * steps of 128 MiB, since the server rounds to them.
 */
export function memoryPlan({
  machine,
  share,
  connections,
}: Pick<Wanted, 'machine' | 'share' | 'connections'>): MemoryPlan {
  const total = machine.memory * share;
  const forConnections = connections * PER_CONNECTION;
  const rest = Math.max(0, total - forConnections - FIXED);
  const pool = Math.max(CHUNK, Math.floor((rest * 0.75) / CHUNK) * CHUNK);
  return { total, connections: forConnections, fixed: FIXED, pool };
}

export function settingsFor(wanted: Wanted): readonly Setting[] {
  const { engine, machine, connections, serverId, version } = wanted;
  const { pool } = memoryPlan(wanted);
  const redo = clamp(Math.floor(pool / 4 / (64 * MIB)) * 64 * MIB, 128 * MIB, 8 * GIB);
  const io = machine.disk === 'ssd' ? 2000 : 200;
  const mysql = engine === 'mysql';
  return [
    set('innodb_buffer_pool_size', pool, 'three quarters of the memory that connections and the server itself leave'),
    set(
      mysql ? 'innodb_redo_log_capacity' : 'innodb_log_file_size',
      redo,
      'a quarter of the buffer pool: bursts of writes are not held up by checkpoints, and a restart after a crash stays short',
      mysql || resizesLog(version),
    ),
    set(
      'innodb_io_capacity',
      io,
      `what background writes may take of ${machine.disk === 'ssd' ? 'an SSD' : 'a disk that turns'}`,
    ),
    set('innodb_io_capacity_max', 2 * io, 'the same when it falls behind'),
    set('innodb_flush_log_at_trx_commit', 1, 'a commit that was acknowledged survives a crash'),
    set('sync_binlog', 1, 'the binary log has every commit that was acknowledged: backups and replicas lose none'),
    set('max_connections', connections, 'what applications open at most, and a reserve for people and tools'),
    set('character_set_server', 'utf8mb4', 'every character, in databases that are made from now on'),
    set(
      'collation_server',
      mysql ? 'utf8mb4_0900_ai_ci' : 'utf8mb4_unicode_ci',
      'sorts and compares as people of most languages expect',
    ),
    set('log_bin', 'ON', 'recovery to a point in time and replicas need it', false),
    set('server_id', serverId, 'tells the servers of a replication apart'),
    set(
      'binlog_format',
      'ROW',
      'what is replayed is what happened, also of statements whose result depends on the moment',
    ),
    set('binlog_row_image', 'FULL', 'a row that was changed by mistake can be had back from the log'),
    set('binlog_expire_logs_seconds', 7 * 24 * 3600, 'a week of the log stays beside the backups'),
    ...(mysql
      ? [
          set('gtid_mode', 'ON', 'replicas and restores find their place by themselves', false),
          set(
            'enforce_gtid_consistency',
            'ON',
            'refuses what GTIDs cannot describe; try WARN first and read the error log',
            false,
          ),
        ]
      : [
          set('gtid_strict_mode', 'ON', 'refuses events that would make the servers differ'),
          set('performance_schema', 'ON', 'which statements and waits take the time; off by default on MariaDB', false),
        ]),
    set('slow_query_log', 'ON', 'which statements were slow, for the next day'),
    set('long_query_time', 1, 'a second is slow for one statement of a service'),
    set('innodb_print_all_deadlocks', 'ON', 'every deadlock stands in the error log, not only the last one'),
    set('local_infile', 'OFF', 'a server that was taken over cannot ask clients for their files'),
  ];
}

function set(name: string, value: number | string, why: string, live = true): Setting {
  return { name, value, why, live };
}

/** MariaDB learnt in 10.9 to change its log while it runs. */
function resizesLog(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 10 || (major === 10 && minor >= 9);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Problems of what was asked for. */
export function fitting(wanted: Wanted): { readonly fits: boolean; readonly needed: number } {
  const { total, connections, fixed, pool } = memoryPlan(wanted);
  return { fits: connections + fixed + pool <= total, needed: connections + fixed + pool };
}
