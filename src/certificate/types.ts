import type { Effect } from '../model/effect.ts';

/** A certificate of an environment, with what reads and lays down its files. */

export interface Source {
  readonly path: string;
  /** @throws ProblemError `certificate.unreadable` */
  read(): Promise<string>;
}

/** One host that serves it. Effects are pure and may be done twice. */
export interface Place {
  readonly host: string;
  /** `host:port` of the handshake. */
  readonly at: string;
  /** Files that are laid down there, in this order. */
  readonly files: readonly string[];
  /** SHA-256 of each of them; null for one that is not there. @throws ProblemError when the host cannot be asked */
  laid(signal: AbortSignal): Promise<readonly (string | null)[]>;
  put(digests: readonly string[]): readonly Effect[];
  back(digests: readonly string[]): readonly Effect[];
  /** What was kept for `back` is for people alone from now on. */
  settle(digests: readonly string[]): readonly Effect[];
  reload(): readonly Effect[];
}

export interface Certificate {
  readonly name: string;
  readonly names: readonly string[];
  readonly days: number;
  readonly chain: Source;
  readonly key: Source;
  /** Roots that are trusted; null: those of this program. */
  readonly ca: Source | null;
  /** Command line that makes a new pair; null: somebody brings it. */
  readonly renew: readonly string[] | null;
  /** Where it runs: the directory of shiplock.yaml. */
  readonly cwd: string;
  /** Resource whose fence is compared. */
  readonly resource: string;
  /** Name of the service of the system that serves it. */
  readonly service: string;
  readonly places: readonly Place[];
  /** How TLS begins at these places. Left out: at once. */
  readonly speaks?: 'tls' | 'mysql';
  /** Of the files that are laid down, in their order. Pure. */
  digestsOf(chain: string, key: string): readonly string[];
  /** The same in a plan, where they are not known yet. */
  readonly unknownDigests: readonly string[];
}
