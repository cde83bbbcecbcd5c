import { homedir } from 'node:os';
import type { Exec } from '../model/ports.ts';

/** Scanners are programs of others that read what others wrote: they get no secret, and no network they do not need. */

/** What every program may know of this machine. */
const PLAIN = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
];

/** How well they can be shut in here. */
export type Isolation =
  /** Processes and the network of their own: they see neither the variables of other processes nor any address. */
  | 'namespaces'
  /** Only their own variables are without secrets. */
  | 'variables';

const NAMESPACES = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const AS_ROOT = ['--map-root-user'];

export interface Wrapper {
  readonly isolation: Isolation;
  wrap(argv: readonly string[], network: boolean): readonly string[];
}

/** What this machine allows: tried, not guessed. */
export async function isolationHere(exec: Exec): Promise<Wrapper> {
  for (const extra of [[], AS_ROOT]) {
    const prefix = [...NAMESPACES, ...extra];
    const tried = await exec
      .read([...prefix, '--net', '--', 'true'], { timeoutMs: 5_000 })
      .catch(() => ({ exitCode: 127 }));
    if (tried.exitCode === 0)
      return {
        isolation: 'namespaces',
        wrap: (argv, network) => [...prefix, ...(network ? [] : ['--net']), '--', ...argv],
      };
  }
  return { isolation: 'variables', wrap: (argv) => argv };
}

/**
 * Variables of a scanner: of those of this process only the plain ones and those that it names. Proxies go only to who may use the network.
 * Undefined takes a variable out. Pure but for `here`.
 */
export function scannerVariables(
  wanted: readonly string[],
  network: boolean,
  here: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string | undefined>> {
  const kept = new Set([...PLAIN.filter((name) => network || !name.includes('PROXY')), ...wanted]);
  const out = Object.fromEntries(
    Object.keys(here)
      .filter((name) => !kept.has(name) && !kept.has(name.toUpperCase()))
      .map((name) => [name, undefined]),
  );
  return { ...out, HOME: here['HOME'] ?? homedir(), NO_COLOR: '1' };
}
