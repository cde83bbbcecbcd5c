import type { Command } from 'commander';
import type { CommandResult, Io } from './io.ts';

/** Registers a command: `action` wraps its function so that its result reaches the caller. */
export interface Registry {
  readonly program: Command;
  readonly io: Io;
  done(result: CommandResult): void;
  /** The same tree again, for a command that carries out another one. */
  again(io: Io, done: (result: CommandResult) => void): Command;
}
