import type { Coordinates, Server } from '../catalogue/record.ts';
import type { Access } from '../take/access.ts';
import type { Session } from '../take/session.ts';
import type { StoredStream, StreamOptions } from './store.ts';

/** What taking a physical backup needs, and what its tools leave. */

export interface PhysicalOptions extends StreamOptions {
  readonly run: string;
  readonly family: Server['family'];
  readonly database: string;
  /** Name of the server for problems. */
  readonly where: string;
  readonly access: Access;
  /** Directory for what is needed meanwhile. */
  readonly directory: string;
  /** mariadb-backup. */
  readonly program: string;
  readonly lockWaitMs: number;
  readonly clone: CloneServers;
  /** Opens a connection. */
  open(): Promise<Session>;
  note(text: string): void;
}

/** Servers of ours, for clones. */
export interface CloneServers {
  /** An empty one that may load plugins. */
  recipient(
    words: readonly string[],
  ): Promise<{ readonly socketPath: string; readonly session: Session; close(): Promise<void> }>;
  lay(words: readonly string[]): Promise<Laid>;
}

/** A server on a data directory that is laid down first. */
export interface Laid {
  readonly data: string;
  start(): Promise<{ readonly session: Session; stop(): Promise<void> }>;
  close(): Promise<void>;
}

export interface Copied extends StoredStream {
  readonly tool: string;
  readonly coordinates: Coordinates;
}
