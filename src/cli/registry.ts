import type { Command } from 'commander';
import type { CommandResult, Io } from './io.ts';

/** Registers a command: `action` wraps its function so that its result reaches the caller. */
export interface Registry {
  readonly program: Command;
  readonly io: Io;
  done(result: CommandResult): void;
}
