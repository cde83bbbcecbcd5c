import type { Effect } from '../model/effect.ts';

/** How to run a proxy as a supervised process. Plain data for whoever supervises. */
export interface ProxyUnit {
  readonly name: string;
  /** In the foreground, master and workers: the master stays over reloads. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Exit 0: the proxy accepts the configuration. */
  readonly check: readonly string[];
  /** To the master: accepts nothing more, finishes its requests, ends. */
  readonly stopSignal: NodeJS.Signals;
  /** The file that holds the shares. */
  readonly config: string;
  /** Writes the configuration without routes. For the very first start only: later the file holds the shares. */
  readonly configure: readonly Effect[];
}
