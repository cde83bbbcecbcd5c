import { type Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { formatProblem } from '../../model/problem.ts';
import { parseDuration } from '../../model/scalars.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface StreamOptions extends CommonOptions {
  readonly flushEvery: number;
}

/** `shiplock backup stream`: binary logs as they are written. */
export function addBackupStream({ io, done }: Registry, backup: Command): void {
  withCommonOptions(backup.command('stream'))
    .summary('receive binary logs as they are written, until it is stopped')
    .description(
      'Receive the binary logs of the server as they are written, and store each when it is closed. A lost connection is taken up again behind what is stored; a log that the server has no more is told as a gap. Runs until it is stopped (SIGTERM): start it under systemd, as `shiplock backup units` prints it.',
    )
    .argument('<environment>', 'whose database')
    .option('--flush-every <duration>', 'have the server begin a new log this often', durationOf, 300_000)
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock backup stream production\n  $ shiplock backup stream production --flush-every 1m',
    )
    .action(async (environment: string, options: StreamOptions) => {
      const entry = await door(io, options, true);
      const { streamBackup } = await import('../../release/backup/stream.ts');
      await streamBackup(
        entry,
        { environment, flushEveryMs: options.flushEvery },
        (text) => io.err(`${text}\n`),
        (problems) => io.err(`${problems.map(formatProblem).join('\n')}\n`),
      );
      done({ exit: EXIT.done, text: 'stopped', json: { environment, stopped: true } });
    });
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 1000) throw new InvalidArgumentError('a duration of a second or more, such as 5m');
  return ms;
}
