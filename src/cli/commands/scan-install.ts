import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import type { CommandResult, Io } from '../io.ts';
import { painter } from '../io.ts';
import type { Registry } from '../registry.ts';
import { findConfig } from '../session.ts';

interface Options {
  readonly into?: string;
  readonly only?: string;
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addScanInstall({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'scan') ?? program;
  parent
    .command('install')
    .summary('fetch scanners that are missing, at pinned versions and digests')
    .description(
      'Fetch the scanners that the configuration uses and that are not on PATH, each exactly as this version of Shiplock pins it: programs in Go are built, wheels and npm packages are fetched. One that is something else than what was pinned is not put there.',
    )
    .option('--into <directory>', 'where they are put (default: $XDG_CACHE_HOME/shiplock/scanners, else ~/.cache/…)')
    .option('--only <names>', 'these scanners, with commas between them, whether they are used or not')
    .option('--config <file>', 'the configuration (default: shiplock.yaml here or in a directory above)')
    .option('--dry-run', 'only say what would be fetched')
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      '\nEnds with 1 when one could not be fetched.\n\nExamples:\n  $ shiplock scan install\n  $ shiplock scan install --only eslint,semgrep --into /opt/scanners\n  $ export PATH="$PATH:$HOME/.cache/shiplock/scanners"',
    )
    .action(async (options: Options) => {
      done(await install(io, options));
    });
}

async function install(io: Io, options: Options): Promise<CommandResult> {
  const [{ installScanners, scannersToFetch }, { namedScanners }, { createExec }, wanted] = await Promise.all([
    import('../../scan/install.ts'),
    import('../../release/scan/working-copy.ts'),
    import('../../procedure/index.ts'),
    wantedBy(io, options),
  ]);
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

function placeFor({ env, cwd }: Io, { into }: Options): string {
  if (into !== undefined) return resolve(cwd, into);
  const cache = env['XDG_CACHE_HOME'] ?? '';
  return join(cache === '' ? join(env['HOME'] ?? homedir(), '.cache') : cache, 'shiplock', 'scanners');
}

/** Scanners that the configuration uses; without one, those that are used unless something is said. */
async function wantedBy(io: Io, { config }: Options) {
  const { defaultScanConfig, wantedIn } = await import('../../scan/index.ts');
  const file = config ?? (await findConfig(io.cwd).catch(() => undefined));
  if (file === undefined) return wantedIn(defaultScanConfig());
  const { openService } = await import('../../release/index.ts');
  const { door } = await import('../session.ts');
  return wantedIn((await openService(await door(io, { config: file }, false))).config.service.scan);
}
