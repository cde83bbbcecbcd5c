import type { Registry } from '../registry.ts';
import type { FetchOptions } from './scan-fetch.ts';

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
    .action(async (options: FetchOptions) => {
      // Loaded only here, as the scans are: nothing else needs what knows the scanners.
      const { fetchScanners } = await import('./scan-fetch.ts');
      done(await fetchScanners(io, options));
    });
}
