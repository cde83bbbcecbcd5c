import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Registry } from '../registry.ts';
import { addRestoreDrill } from './restore-drill.ts';
import { addRestoreRun } from './restore-environment.ts';
import { addRestoreFiles } from './restore-files.ts';
import type { PlanOptions, RunOptions } from './restore-run.ts';
import type { TableOptions } from './restore-table.ts';

/** Restores to a moment: what a target means and what lies behind it, and the replay itself. */
export function addRestore(registry: Registry): void {
  const { program, io, done } = registry;
  const restore = program
    .command('restore')
    .summary('bring a database back to a time, a transaction, or before a statement')
    .description(
      'Bring a restored backup forward, by the binary logs that follow it, to exactly one place in the history of a database: a time, a transaction, or before a statement. It works on files and on a throw-away server, never on the live one.',
    );
  addRestoreRun(registry, restore, kinds);
  addRestoreDrill(registry, restore);
  addRestoreFiles(registry, restore);
  withTarget(restore.command('plan'))
    .summary('say what a target means and what would be lost behind it')
    .description(
      'Read the binary logs, compare every checksum, and say which transactions lead from the base to the target, and which lie behind it. Asks no server and changes nothing.',
    )
    .option('--json', 'JSON instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock restore plan binlog.0* --base binlog.000007:157 --time 2026-11-22T14:03:07.250000Z\n  $ shiplock restore plan binlog.0* --base-gtids "$(cat gtids)" --before shop.orders',
    )
    .action(async (files: readonly string[], options: PlanOptions) => {
      const { planRestore } = await import('./restore-run.ts');
      done(await planRestore(io, files, options));
    });
  withTarget(restore.command('replay'))
    .summary('replay into a throw-away server that holds the base')
    .description(
      'Replay exactly these transactions into a throw-away server that holds the base: as relay logs, with the workers of the server, or in the plain way with `mysqlbinlog`. Ends well only when the server has executed them and nothing else.',
    )
    .requiredOption('--socket <path>', 'the socket of the throw-away server')
    .option('--user <name>', 'who comes in through it', 'root')
    .option('--password <reference>', 'its password, by reference: env:NAME or file:PATH')
    .option('--plain <program>', 'in the plain way, with this `mysqlbinlog` or `mariadb-binlog`')
    .option('--client <program>', 'the client of the plain way', 'mysql')
    .option('--json', 'JSON instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock restore replay binlog.0* --base-gtids "$(cat gtids)" --time 2026-11-22T14:03:07.250000Z --socket /tmp/restore.sock\n  $ shiplock restore replay binlog.0* --base binlog.000007:157 --end --socket /tmp/restore.sock --plain mysqlbinlog',
    )
    .action(async (files: readonly string[], options: RunOptions) => {
      const { replayRestore } = await import('./restore-run.ts');
      done(await replayRestore(io, files, options));
    });
  restore
    .command('table')
    .summary('bring one table, or some of its rows, beside the live one')
    .description(
      'Copy a table, or the rows for which a condition holds, from a restored server into a new table of the live one, byte for byte, while that serves; then compare what arrived. The statement that swaps both tables is printed, never run.',
    )
    .argument('<table>', 'database.table on the restored server')
    .requiredOption('--as <name>', 'name of the new table, in the same database')
    .requiredOption('--socket <path>', 'the socket of the restored server')
    .requiredOption('--to <reference>', 'the live server: a connection string, by reference: env:NAME or file:PATH')
    .option('--where <condition>', 'only rows for which this holds, in SQL; it runs on the restored server')
    .option('--user <name>', 'who comes in through the socket', 'root')
    .option('--password <reference>', 'its password, by reference: env:NAME or file:PATH')
    .option('--dry-run', 'say how many rows, and change nothing')
    .option('--json', 'JSON instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock restore table shop.orders --as orders_restored_20261122 --socket /tmp/restore.sock --to env:LIVE\n  $ shiplock restore table shop.orders --where "customer = 42" --as orders_of_42 --socket /tmp/restore.sock --to env:LIVE --dry-run',
    )
    .action(async (table: string, options: TableOptions) => {
      const { restoreTable } = await import('./restore-table.ts');
      done(await restoreTable(io, table, options));
    });
  restore
    .command('arguments')
    .summary('print the arguments with which a throw-away server must be started')
    .description(
      'Print the arguments that a throw-away server needs for a replay, beside its data directory and socket.',
    )
    .addArgument(new Argument('<family>', 'of the server').choices(['mysql', 'mariadb']))
    .option('--workers <count>', 'how many apply transactions beside each other', positive, 4)
    .option('--server-id <number>', 'a number that no server has which made the logs', positive, 4_000_000_001)
    .option('--no-gtids', 'the transactions have no ids')
    .option('--json', 'JSON instead of text')
    .addHelpText('after', '\nExamples:\n  $ shiplock restore arguments mysql --workers 8')
    .action(async (family: string, options: { workers: number; serverId: number; gtids: boolean }) => {
      const { serverArguments } = await import('./restore-run.ts');
      done(serverArguments(family, options));
    });
}

function withTarget(command: ReturnType<Registry['program']['command']>) {
  const targets = ['time', 'gtid', 'before', 'end'];
  const target = (flags: string, about: string): Option =>
    new Option(flags, about).conflicts(targets.filter((name) => !flags.startsWith(`--${name}`)));
  return command
    .argument('<files...>', 'binary logs that follow the base, as the server names them')
    .option('--base <file:position>', 'where the log stood when the base was made')
    .option('--base-gtids <ids>', 'what the base has executed; "" for nothing')
    .addOption(
      target('--time <moment>', 'up to this time, with its zone: 2026-11-22T14:03:07.250000Z; MariaDB: whole seconds'),
    )
    .addOption(target('--gtid <id>', 'up to this transaction, with it'))
    .addOption(target('--before <table>', 'before the transaction that dropped or emptied database.table'))
    .addOption(target('--end', 'everything that the logs hold'))
    .option('--kind <kinds>', 'with --before: insert, update, delete, drop, truncate or definition, with commas', kinds)
    .option('--which <id>', 'with --before: the one of several that is meant, by its GTID or file:byte')
    .option('--complete-until <moment>', 'no transaction up to this time is missing: the logs were taken then');
}

const KINDS = ['insert', 'update', 'delete', 'drop', 'truncate', 'definition'] as const;

function kinds(text: string): readonly (typeof KINDS)[number][] {
  return text.split(',').map((word) => {
    const kind = KINDS.find((one) => one === word.trim());
    if (kind === undefined) throw new InvalidArgumentError(`expected ${KINDS.join(', ')}`);
    return kind;
  });
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above 0');
  return value;
}
