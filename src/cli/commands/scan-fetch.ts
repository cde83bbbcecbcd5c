import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { createExec } from '../../procedure/index.ts';
import { openService } from '../../release/index.ts';
import { namedScanners } from '../../release/scan/working-copy.ts';
import { defaultScanConfig, installScanners, type ScannerId, scannersToFetch, wantedIn } from '../../scan/index.ts';
import { type CommandResult, type Io, painter } from '../io.ts';
import { door, findConfig } from '../session.ts';

export interface FetchOptions {
  readonly into?: string;
  readonly only?: string;
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Fetches what is missing, and says what was fetched and what nobody can fetch. With `dryRun` it only says so. */
export async function fetchScanners(io: Io, options: FetchOptions): Promise<CommandResult> {
  const wanted = await wantedBy(io, options);
  const only = options.only === undefined ? null : namedScanners(options.only.split(','), '--only');
  const into = placeFor(io, options);
  const paint = painter(io);
  const path = io.env['PATH'] ?? '';
  const asked = { into, wanted: only ?? wanted, path };
  const missing = await scannersToFetch(asked);
  const list = missing.map(({ id, version, how }) => ({ scanner: id, version, how }));
  // Of those that are pinned nowhere only `shiplock scan --list` can say how they are had.
  const unpinned = missing.filter(({ how }) => how === 'not pinned').map(({ id }) => id);
  const toFetch = list.filter(({ how }) => how !== 'not pinned');
  if (options.dryRun === true) {
    const lines = toFetch.map(({ scanner, version, how }) => `would fetch ${scanner} ${version} (${how})`);
    return {
      exit: EXIT.done,
      json: jsonSchema.parse({ into, fetch: toFetch, unpinned }),
      text: [...lines, ...(lines.length === 0 ? ['nothing to fetch'] : []), ...unpinnedText(unpinned)].join('\n'),
    };
  }
  const tell = (line: string): void => io.err(`${paint('dim', line)}\n`);
  const problems = await installScanners({ ...asked, exec: createExec(), tell });
  const left = new Set((await scannersToFetch(asked)).map(({ id }) => id));
  const fetched = toFetch.filter(({ scanner }) => !left.has(scanner));
  const text = [
    ...fetched.map(({ scanner, version }) => `fetched ${scanner} ${version}`),
    ...problems.map(({ where, found, remedy }) => `${paint('red', 'not fetched')} ${where}: ${found} → ${remedy}`),
    ...(toFetch.length === 0 ? ['nothing to fetch'] : []),
    ...unpinnedText(unpinned),
    ...(path.split(':').includes(into) ? [] : [`${into} is not on PATH: put it there, at the end`]),
  ];
  return {
    exit: problems.length === 0 ? EXIT.done : EXIT.failed,
    json: jsonSchema.parse({ into, fetched, problems, unpinned }),
    text: text.join('\n'),
  };
}

function unpinnedText(ids: readonly string[]): readonly string[] {
  return ids.length === 0
    ? []
    : [`not fetched, since nothing is pinned: ${ids.join(', ')} (\`shiplock scan --list\` says how they are had)`];
}

function placeFor({ env, cwd }: Io, { into }: FetchOptions): string {
  if (into !== undefined) return resolve(cwd, into);
  const cache = env['XDG_CACHE_HOME'] ?? '';
  return join(cache === '' ? join(env['HOME'] ?? homedir(), '.cache') : cache, 'shiplock', 'scanners');
}

/** Scanners that the configuration uses; without one, those that are used unless something is said. */
async function wantedBy(io: Io, { config }: FetchOptions): Promise<readonly ScannerId[]> {
  const file = config ?? (await findConfig(io.cwd).catch(() => undefined));
  if (file === undefined) return wantedIn(defaultScanConfig());
  return wantedIn((await openService(await door(io, { config: file }, false))).config.service.scan);
}
