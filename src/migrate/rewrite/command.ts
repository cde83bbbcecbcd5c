import type { SqlTool } from '../../model/effect.ts';
import { sqlName } from '../../model/sql.ts';
import type { RewriteConfig } from './config.ts';
import type { ToolNames } from './names.ts';

/** The command lines of the tools, and the statements around them. The password is in no word of them. Pure. */

type Argv = SqlTool['argv'];

export interface Rewrite {
  readonly database: string;
  readonly table: string;
  /** The part after ALTER TABLE t. */
  readonly alter: string;
  readonly names: ToolNames;
  readonly config: RewriteConfig;
}

/**
 * gh-ost on the primary, without replicas to read from: who is behind is looked at by us, and it is paused by a file. The tables are
 * swapped by gh-ost, once the file that holds it back is gone. A warning while rows are copied ends it, since values would be changed.
 */
export function ghostArgv({ database, table, alter, names, config }: Rewrite): Argv {
  return [
    config.ghOst,
    ...['--execute', '--allow-on-master', '--assume-rbr', '--panic-on-warnings', '--verbose'],
    ...[{ fill: '--conf={dir}/ghost.cnf' }, { fill: '--host={host}' }, { fill: '--port={port}' }],
    ...[`--database=${database}`, `--table=${table}`, `--alter=${alter}`, `--force-table-names=${names.prefix}`],
    ...[`--replica-server-id=${names.replicaId}`, `--chunk-size=${config.chunkRows}`, '--default-retries=10'],
    ...['--cut-over=atomic', '--cut-over-lock-timeout-seconds=1'],
    ...[{ fill: '--serve-socket-file={dir}/gh-ost.sock' }, { fill: '--panic-flag-file={dir}/panic' }],
    ...[{ fill: '--throttle-flag-file={dir}/pause' }, { fill: '--postpone-cut-over-flag-file={dir}/hold' }],
  ];
}

/**
 * pt-online-schema-change makes the copy and keeps it up by triggers; the tables are swapped by us, since it would let the application wait for
 * as long as a transaction holds the table. Its plug-in takes the lock that tells whether it is still at work.
 */
export function ptArgv({ database, table, alter, names, config }: Rewrite): Argv {
  return [
    config.ptOnlineSchemaChange,
    // What stands in files of this machine is no part of the plan.
    ...['--config', '/dev/null', '--execute', '--no-version-check', '--recursion-method=none'],
    ...['--no-swap-tables', '--no-drop-new-table', '--no-drop-triggers', `--new-table-name=${names.copy}`],
    ...['--no-check-replication-filters', '--critical-load', 'Threads_running=1000000', '--max-load', ''],
    ...['--chunk-size', String(config.chunkRows), '--progress', 'time,5'],
    ...['--set-vars', 'lock_wait_timeout=1,innodb_lock_wait_timeout=1'],
    ...['--tries', 'create_triggers:120:3,drop_triggers:120:3,copy_rows:120:0.5'],
    ...['--pause-file', { fill: '{dir}/pause' }, '--plugin', { fill: '{dir}/lock.pm' }],
    // The names are plain ones: nothing in them means something in this form.
    ...[`--alter=${alter}`, { fill: '--defaults-file={dir}/access.cnf' }, `D=${database},t=${table}`],
  ];
}

/** gh-ost takes both from its environment: its file has no way to write every password. */
export const GHOST_ACCESS = '[client]\nuser=${SHIPLOCK_TOOL_USER}\npassword=${SHIPLOCK_TOOL_PASSWORD}\n';

/** Its own connection holds the lock as long as it works; it ends before it does anything when another has it, or when it was lost. */
export function lockPlugin(lock: string): string {
  const name = lock.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `package pt_online_schema_change_plugin;
use strict;
sub new { my ($class, %args) = @_; return bless { %args }, $class; }
sub init {
  my ($self) = @_;
  my ($got) = $self->{cxn}->dbh->selectrow_array('SELECT GET_LOCK(?, 30)', undef, '${name}');
  die "another start of this change is at work\\n" unless $got;
}
sub held {
  my ($self) = @_;
  my ($ours) = $self->{cxn}->dbh->selectrow_array('SELECT IS_USED_LOCK(?) = CONNECTION_ID()', undef, '${name}');
  die "the lock of this change was lost\\n" unless $ours;
}
sub before_create_triggers { $_[0]->held }
sub before_copy_rows { $_[0]->held }
sub after_copy_rows { $_[0]->held }
1;
`;
}

/** What takes away all that an attempt may have left; triggers first, since they write into the copy. Each may run again. */
export function cleaning(names: ToolNames, triggers: readonly string[]): readonly string[] {
  return [
    ...triggers.map((name) => `DROP TRIGGER IF EXISTS ${sqlName(name)}`),
    ...[names.copy, names.ghost, names.changelog].map((name) => `DROP TABLE IF EXISTS ${sqlName(name)}`),
    // Without its copy gh-ost cannot swap any more, so the place holder stays one. The table as it was has no such comment.
    ...onlyIf(
      `TABLE_NAME = '${names.swapped}' AND TABLE_COMMENT = 'ghost-cut-over-sentry'`,
      `DROP TABLE ${sqlName(names.swapped)}`,
    ),
  ];
}

/** After the swap: the table as it was is kept under a name that tells, or dropped. Each may run again. */
export function settling(
  names: ToolNames,
  triggers: readonly string[],
  old: RewriteConfig['oldTable'],
): readonly string[] {
  const rename = `RENAME TABLE ${sqlName(names.swapped)} TO ${sqlName(names.kept)}`;
  return [
    ...triggers.map((name) => `DROP TRIGGER IF EXISTS ${sqlName(name)}`),
    `DROP TABLE IF EXISTS ${sqlName(names.changelog)}`,
    ...onlyIf(`TABLE_NAME = '${names.swapped}' AND TABLE_COMMENT <> 'ghost-cut-over-sentry'`, rename),
    ...(old === 'drop' ? [`DROP TABLE IF EXISTS ${sqlName(names.kept)}`] : []),
  ];
}

/** SQL has no such statement of its own outside of procedures. The names come from us and hold no quote. */
function onlyIf(condition: string, statement: string): readonly string[] {
  const found = `SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND ${condition}`;
  const text = statement.replaceAll("'", "''");
  return [
    `SET @shiplock = IF((${found}) = 1, '${text}', 'DO 0')`,
    'PREPARE shiplock FROM @shiplock',
    'EXECUTE shiplock',
    'DEALLOCATE PREPARE shiplock',
  ];
}
