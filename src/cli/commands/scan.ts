import { Argument, InvalidArgumentError, Option } from 'commander';
import { openToChat } from '../chat/view.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, commitDigits, withCommonOptions } from '../session.ts';
import { addScanInstall } from './scan-install.ts';
import type { ScanCommandOptions } from './scan-run.ts';
import { addScanTrend } from './scan-trend.ts';

export function addScan(registry: Registry): void {
  const { program, io, done } = registry;
  program
    .command('scan')
    .enablePositionalOptions()
    .summary('look for security problems with well-known scanners')
    .description(
      'Look for security problems: secrets in files and commits, vulnerable packages, licences, faults in code, workflows, scripts, container files and manifests. Well-known scanners do the work, beside each other, on a copy of the files and without secrets in reach; what several of them say becomes one finding. Checks of our own look at lock files, install scripts, pins, and names and ages of packages. A scanner that cannot do its work makes the scan fail: nobody knows then.',
    )
    .addArgument(new Argument('[directory]', 'what is scanned (default: the repository of shiplock.yaml)'))
    .option('--base <commit>', 'only what is new since this commit or branch fails')
    .option('--only <scanners>', 'only these, by their names with commas', names)
    .addOption(
      new Option(
        '--format <form>',
        'text, json, SARIF 2.1.0, a page, or what is said of vulnerabilities as VEX',
      ).choices([...['text', 'json', 'sarif', 'html', 'openvex', 'cyclonedx']]),
    )
    .option(
      '--sarif <file>',
      'findings of another scanner (SARIF 2.1.0), beside those of `scan.sarif`; can be repeated',
      collect,
      [],
    )
    .option('--record', 'keep what is open, for `shiplock scan trend`')
    .option('--state <dir>', 'the state directory (default: .shiplock/state beside the configuration)')
    .option('--list', 'say which scanners there are, and where each is found')
    .option('--config <file>', 'the configuration (default: shiplock.yaml here or in a directory above)')
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      '\nEnds with 1 when something fails, or when a scanner could not do its work.\n\nExamples:\n  $ shiplock scan\n  $ shiplock scan --base origin/main\n  $ shiplock scan --only gitleaks,govulncheck --json\n  $ shiplock scan --format sarif > scan.sarif\n  $ shiplock scan --sarif codeql.sarif --format html > scan.html\n  $ shiplock scan --record && shiplock scan trend',
    )
    .action(async (directory: string | undefined, options: ScanCommandOptions) => {
      // Loaded only here: the forms of all scanners' outputs are of no use to anything else.
      const { listScanners, scanDirectory } = await import('./scan-run.ts');
      done(options.list === true ? await listScanners(io) : await scanDirectory(io, directory, options));
    });
  addScanFor(registry);
  addScanInstall(registry);
  addScanTrend(registry);
}

interface ForOptions extends CommonOptions {
  readonly commit?: string;
}

function addScanFor({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'scan') ?? program;
  openToChat(withCommonOptions(parent.command('for')), {
    as: 'scan',
    kind: 'plans',
    about: 'environment',
    options: ['commit'],
  })
    .summary('scan the commit as a release to an environment needs it, and keep the result')
    .description(
      'Scan exactly the commit that is checked out, by the scanners, limits and waivers of the protected branch, and keep the result: a release of this commit takes it while it is fresh. What is new since the version that serves is told first.',
    )
    .argument('<environment>', 'whose policy counts')
    .option('--commit <digits>', 'first digits of the commit that is meant (12 or more)', commitDigits)
    .option('--quiet', 'no progress, only the result')
    .addHelpText(
      'after',
      '\nEnds with 5 when a release would be refused: something counts, or a scanner could not do its work.\n\nExamples:\n  $ shiplock scan for production\n  $ shiplock scan for production --json',
    )
    .action(async (environment: string, options: ForOptions) => {
      const { scanForEnvironment } = await import('./scan-for.ts');
      done(await scanForEnvironment(io, environment, options));
    });
}

function names(text: string): readonly string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.some((name) => name === '')) throw new InvalidArgumentError('expected names with commas between them');
  return list;
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
