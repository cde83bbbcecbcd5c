import type { Collector, Place } from '../collector.ts';

/** Facts of the database, by its own words: performance_schema, sys, information_schema. Values in statements are left out. Pure. */

export const DATABASE: Place = { name: 'database' };

const KB = 1000;

interface Question {
  readonly name: string;
  readonly answers: string;
  /** One for both families, or one for each; null: this one cannot say it. */
  readonly sql: string | { readonly mysql: string | null; readonly mariadb: string | null };
  readonly statements?: readonly string[];
  readonly maxBytes?: number;
}

const OWN = `('mysql', 'sys', 'information_schema', 'performance_schema')`;

const QUESTIONS: readonly Question[] = [
  {
    name: 'server',
    answers: 'Which server is it, since when does it run, may it be written?',
    sql: `SELECT VERSION() AS version, @@version_comment AS comment, @@hostname AS host, @@port AS port, @@server_id AS server_id,
 @@read_only AS read_only, NOW(6) AS its_time, UTC_TIMESTAMP(6) AS its_time_utc, @@max_connections AS max_connections`,
  },
  {
    name: 'processlist',
    answers: 'Who is connected, and what does each connection do for how long?',
    // The one of performance_schema is empty where that is off.
    sql: `SELECT ID, USER, HOST, DB, COMMAND, TIME, STATE, LEFT(INFO, 4096) AS INFO
FROM information_schema.PROCESSLIST ORDER BY COMMAND = 'Sleep', TIME DESC LIMIT 500`,
    statements: ['INFO'],
    maxBytes: 500 * KB,
  },
  {
    name: 'connections',
    answers: 'Which accounts have how many connections, from where?',
    sql: `SELECT USER, SUBSTRING_INDEX(HOST, ':', 1) AS FROM_HOST, COMMAND, COUNT(*) AS CONNECTIONS
FROM information_schema.PROCESSLIST GROUP BY USER, FROM_HOST, COMMAND ORDER BY CONNECTIONS DESC LIMIT 200`,
  },
  {
    name: 'innodb-status',
    answers: 'What does InnoDB say: deadlocks, transactions, log, buffer pool?',
    sql: 'SHOW ENGINE INNODB STATUS',
    statements: ['*'],
    maxBytes: 1000 * KB,
  },
  {
    name: 'transactions',
    answers: 'Which transactions are open, since when, and what do they hold?',
    sql: `SELECT trx_id, trx_state, trx_started, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS seconds, trx_mysql_thread_id AS thread,
 trx_rows_locked, trx_rows_modified, trx_isolation_level, LEFT(trx_query, 2048) AS statement
FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 100`,
    statements: ['statement'],
    maxBytes: 300 * KB,
  },
  {
    name: 'lock-waits',
    answers: 'Who waits for a row that another one has locked?',
    sql: {
      mysql: `SELECT wait_started, wait_age_secs, locked_table, locked_index, waiting_pid, waiting_query, blocking_pid, blocking_query, blocking_trx_age
FROM sys.innodb_lock_waits LIMIT 100`,
      mariadb: `SELECT r.trx_mysql_thread_id AS waiting_pid, r.trx_wait_started, LEFT(r.trx_query, 2048) AS waiting_query, l.lock_table, l.lock_index,
 b.trx_mysql_thread_id AS blocking_pid, b.trx_started AS blocking_since, LEFT(b.trx_query, 2048) AS blocking_query
FROM information_schema.INNODB_LOCK_WAITS w JOIN information_schema.INNODB_TRX r ON r.trx_id = w.requesting_trx_id
JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id
JOIN information_schema.INNODB_LOCKS l ON l.lock_id = w.requested_lock_id LIMIT 100`,
    },
    statements: ['waiting_query', 'blocking_query'],
    maxBytes: 300 * KB,
  },
  {
    name: 'metadata-locks',
    answers: 'Who waits for a table that another one holds (ALTER, LOCK TABLES)?',
    sql: {
      mysql: `SELECT object_schema, object_name, waiting_pid, waiting_lock_type, waiting_query, waiting_query_secs, blocking_pid, blocking_lock_type
FROM sys.schema_table_lock_waits LIMIT 100`,
      mariadb: `SELECT ID, DB, COMMAND, TIME, STATE, LEFT(INFO, 2048) AS waiting_query FROM information_schema.PROCESSLIST
WHERE STATE LIKE 'Waiting for%lock%' ORDER BY TIME DESC LIMIT 100`,
    },
    statements: ['waiting_query'],
  },
  {
    name: 'top-statements',
    answers: 'Which statements take the most time, how often do they fail or read whole tables?',
    sql: `SELECT SCHEMA_NAME, COUNT_STAR AS runs, ROUND(SUM_TIMER_WAIT / 1e12, 3) AS seconds, ROUND(AVG_TIMER_WAIT / 1e9, 3) AS avg_ms,
 ROUND(MAX_TIMER_WAIT / 1e9, 3) AS max_ms, SUM_ERRORS AS errors, SUM_ROWS_EXAMINED AS examined, SUM_ROWS_SENT AS sent, SUM_NO_INDEX_USED AS no_index,
 LAST_SEEN, LEFT(DIGEST_TEXT, 2048) AS statement
FROM performance_schema.events_statements_summary_by_digest ORDER BY SUM_TIMER_WAIT DESC LIMIT 60`,
    statements: ['statement'],
    maxBytes: 200 * KB,
  },
  {
    name: 'waits',
    answers: 'What do connections wait for inside the server?',
    sql: `SELECT EVENT_NAME, COUNT_STAR AS waits, ROUND(SUM_TIMER_WAIT / 1e12, 3) AS seconds, ROUND(MAX_TIMER_WAIT / 1e9, 3) AS max_ms
FROM performance_schema.events_waits_summary_global_by_event_name WHERE COUNT_STAR > 0 AND EVENT_NAME <> 'idle' ORDER BY SUM_TIMER_WAIT DESC LIMIT 40`,
  },
  {
    name: 'table-io',
    answers: 'Which tables are read and written most?',
    sql: `SELECT OBJECT_SCHEMA, OBJECT_NAME, COUNT_READ, COUNT_WRITE, ROUND(SUM_TIMER_WAIT / 1e12, 3) AS seconds
FROM performance_schema.table_io_waits_summary_by_table WHERE COUNT_STAR > 0 ORDER BY SUM_TIMER_WAIT DESC LIMIT 40`,
  },
  {
    name: 'status',
    answers: 'What has the server counted since its start?',
    sql: 'SHOW GLOBAL STATUS',
    maxBytes: 100 * KB,
  },
  {
    name: 'variables',
    answers: 'Which settings are not the default, and who set them?',
    sql: {
      mysql: `SELECT i.VARIABLE_NAME AS name, LEFT(g.VARIABLE_VALUE, 400) AS value, i.VARIABLE_SOURCE AS source, i.VARIABLE_PATH AS path, i.SET_TIME AS set_time
FROM performance_schema.variables_info i JOIN performance_schema.global_variables g ON g.VARIABLE_NAME = i.VARIABLE_NAME
WHERE i.VARIABLE_SOURCE <> 'COMPILED' ORDER BY name`,
      mariadb: `SELECT VARIABLE_NAME AS name, LEFT(GLOBAL_VALUE, 400) AS value, LEFT(DEFAULT_VALUE, 200) AS default_value, GLOBAL_VALUE_ORIGIN AS source,
 GLOBAL_VALUE_PATH AS path FROM information_schema.SYSTEM_VARIABLES
WHERE GLOBAL_VALUE_ORIGIN <> 'COMPILE-TIME' OR GLOBAL_VALUE <> DEFAULT_VALUE ORDER BY name`,
    },
    maxBytes: 200 * KB,
  },
  {
    name: 'replication',
    answers: 'Is this a replica, does it keep up, and what stopped it?',
    sql: { mysql: 'SHOW REPLICA STATUS', mariadb: 'SHOW ALL SLAVES STATUS' },
  },
  {
    name: 'replicas',
    answers: 'Which replicas follow this server?',
    sql: { mysql: 'SHOW REPLICAS', mariadb: 'SHOW SLAVE HOSTS' },
  },
  {
    name: 'binary-logs',
    answers: 'Which binary logs are there, and how large are they?',
    sql: 'SHOW BINARY LOGS',
  },
  {
    name: 'sizes',
    answers: 'Which tables are the largest?',
    sql: `SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_ROWS, DATA_LENGTH, INDEX_LENGTH, DATA_FREE
FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ${OWN} ORDER BY DATA_LENGTH + INDEX_LENGTH DESC LIMIT 100`,
  },
  {
    name: 'memory',
    answers: 'What does the memory of the server go to?',
    sql: `SELECT EVENT_NAME, CURRENT_COUNT_USED AS blocks, CURRENT_NUMBER_OF_BYTES_USED AS bytes, HIGH_NUMBER_OF_BYTES_USED AS most_bytes
FROM performance_schema.memory_summary_global_by_event_name ORDER BY CURRENT_NUMBER_OF_BYTES_USED DESC LIMIT 30`,
  },
  {
    name: 'error-log',
    answers: 'What did the server log last?',
    sql: {
      mysql: `SELECT LOGGED, PRIO, ERROR_CODE, SUBSYSTEM, LEFT(DATA, 1000) AS DATA FROM
(SELECT * FROM performance_schema.error_log ORDER BY LOGGED DESC LIMIT 300) last ORDER BY LOGGED`,
      mariadb: null,
    },
    maxBytes: 300 * KB,
  },
];

/** What a server of this family is asked. */
export function databaseCollectors(engine: 'mysql' | 'mariadb'): readonly Collector[] {
  return QUESTIONS.flatMap(({ name, answers, sql, statements, maxBytes = 64 * KB }) => {
    const text = typeof sql === 'string' ? sql : sql[engine];
    if (text === null) return [];
    return [
      {
        ...{ file: `database/${name}.txt`, answers, place: DATABASE, timeoutMs: 10_000, maxBytes },
        work: { kind: 'query', sql: text, ...(statements === undefined ? {} : { statements }) },
      },
    ];
  });
}
