import type { Checked } from '../../model/check.ts';
import type { Service } from '../door.ts';

/** Where the repository of a service lies at its forge, and with which token we may ask there. */

export interface ForgePlace {
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The one that it calls its own. */
  readonly branch: string;
  readonly token: string;
}

export type FoundPlace =
  | { readonly kind: 'known'; readonly at: ForgePlace }
  | { readonly kind: 'unknown'; readonly why: Checked };

const GIT_MS = 4_000;

/** As a job of the forge says it; elsewhere by the remote `origin`. */
export async function placeAtForge({
  door,
  exec,
  baseDir,
}: Pick<Service, 'door' | 'exec' | 'baseDir'>): Promise<FoundPlace> {
  const { env } = door;
  const read = async (...args: readonly string[]): Promise<string> => {
    const ran = await exec.read(['git', '-C', baseDir, ...args], { timeoutMs: GIT_MS });
    return ran.exitCode === 0 ? ran.stdout.trim() : '';
  };
  const remote = remoteOf(await read('remote', 'get-url', 'origin'));
  const repository = env['GITHUB_REPOSITORY'] ?? remote?.repository;
  const api = env['GITHUB_API_URL'] ?? remote?.api;
  if (repository === undefined || api === undefined) {
    return unknown(
      'no remote `origin` at a forge',
      'a clone of the repository',
      'git remote add origin https://github.com/OWNER/NAME.git',
    );
  }
  const token = env['SHIPLOCK_FORGE_TOKEN'] ?? env['GH_TOKEN'] ?? env['GITHUB_TOKEN'];
  if (token === undefined || token === '') {
    const found = `no token in GH_TOKEN: nobody has looked what ${repository} has`;
    return unknown(
      found,
      'a token that may see the settings of the repository',
      'GH_TOKEN=$(gh auth token) shiplock doctor',
    );
  }
  const head = await read('symbolic-ref', '--short', 'refs/remotes/origin/HEAD');
  return { kind: 'known', at: { api, repository, branch: head.replace(/^origin\//, '') || 'main', token } };
}

function unknown(found: string, expected: string, mend: string): FoundPlace {
  return { kind: 'unknown', why: { state: 'warning', found, expected, mend } };
}

/** `https://host/owner/name.git`, `git@host:owner/name.git`, `ssh://git@host/owner/name`. Null: a directory, or something else. Pure. */
export function remoteOf(address: string): { readonly api: string; readonly repository: string } | undefined {
  const found =
    /^(?:https?|ssh):\/\/(?:[^@/]+@)?(?<host>[\w.-]+)(?::\d+)?\/(?<path>[\w-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
      address,
    ) ?? /^(?:[\w.-]+@)(?<host>[\w.-]+):(?<path>[\w-]+\/[\w.-]+?)(?:\.git)?$/.exec(address);
  const { host, path } = found?.groups ?? {};
  if (host === undefined || path === undefined) return undefined;
  return { api: host === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`, repository: path };
}
