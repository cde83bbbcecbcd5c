import { promotionOrder } from '../../config/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, ProblemError } from '../../model/problem.ts';
import type { QuarantineEntry } from '../../model/quarantine.ts';
import { digestSchema } from '../../model/release.ts';
import {
  addToQuarantine,
  admissionParameter,
  CAUSE,
  type ClusterWord,
  heldDigests,
  notQuarantined,
  openEnvironment,
  openService,
  refuseInClusters,
  refusingClusters,
  releaseFromQuarantine,
  standingOf,
} from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, type PersonOptions, withCommonOptions, withPersonOptions } from '../session.ts';

interface WordOptions extends CommonOptions, PersonOptions {
  readonly reason: string;
  readonly environment?: string;
}

export function addQuarantine(registry: Registry): void {
  const quarantine = registry.program
    .command('quarantine')
    .summary('digests that may not return')
    .description(
      'Digests that were taken back: no release, promotion or rollback takes them anywhere before somebody with the role of the policy releases them.',
    );
  addList(quarantine, registry);
  addAdd(quarantine, registry);
  addRelease(quarantine, registry);
}

function addList(quarantine: Registry['program'], { io, done }: Registry): void {
  withCommonOptions(quarantine.command('list'))
    .summary('what is in quarantine, and why')
    .description('List what is in quarantine, in all environments of the service. Only looks.')
    .option('--parameter', 'as an admission policy takes it: the digests alone, sorted, as JSON')
    .addHelpText('after', '\nExamples:\n  $ shiplock quarantine list\n  $ shiplock quarantine list --parameter')
    .action(async (options: CommonOptions & { readonly parameter?: boolean }) => {
      const service = await openService(await door(io, options, false));
      const held = await standingOf(service, 'forward');
      const parameter = admissionParameter(service.config.service.service, held);
      const lines = held.flatMap(({ environment, entry, notBelieved }) => [
        `${entry.digest}  ${entry.component ?? ''} ${entry.version ?? ''}`.trimEnd(),
        `  since ${entry.time} in ${environment}: ${CAUSE[entry.cause]}${entry.run === undefined ? '' : ` (run ${entry.run})`}`,
        `  ${entry.who}: ${entry.why}`,
        ...notBelieved.map((why) => `  a word that it may return does not count: ${why}`),
      ]);
      done({
        exit: EXIT.done,
        text:
          options.parameter === true
            ? JSON.stringify(parameter, null, 2)
            : lines.join('\n') || 'nothing is in quarantine',
        json: jsonSchema.parse(options.parameter === true ? parameter : { held, digests: parameter.digests }),
      });
    });
}

function addAdd(quarantine: Registry['program'], { io, done }: Registry): void {
  withPersonOptions(withCommonOptions(quarantine.command('add')))
    .summary('put a digest into quarantine')
    .description(
      'Put a digest into quarantine. From then on no door takes it anywhere, and clusters refuse its pods where it does not serve. Recorded and announced.',
    )
    .argument('<digest>', 'sha256:…')
    .requiredOption('--reason <text>', 'why; stands on the list')
    .option('--environment <name>', 'whose policy says who may (default: the last in the order of environments)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock quarantine add sha256:3f2a… --reason "CVE-2026-1234 in its base image" --sign-key ~/.ssh/id_ed25519',
    )
    .action(async (text: string, options: WordOptions) => {
      const digest = parsed(text);
      const entry = await door(io, options, true);
      const { config } = await openService(entry);
      const name = options.environment ?? promotionOrder(config).at(-1) ?? '';
      const word = { digest, why: options.reason };
      const added = await addToQuarantine(await openEnvironment(entry, name), word);
      // The word counts first: whatever a cluster says, no door takes it any more.
      const clusters = await refuseInClusters(entry, word);
      done({
        exit: clusters.some(({ kind }) => kind === 'failed') ? EXIT.failed : EXIT.done,
        text: [`${digest} is in quarantine, in all environments`, ...clusters.map(clusterText)].join('\n'),
        json: jsonSchema.parse({ environment: name, entry: added, clusters }),
      });
    });
}

function clusterText(word: ClusterWord): string {
  const { environment } = word;
  switch (word.kind) {
    case 'refuses':
      return `  the cluster of ${environment} refuses its pods`;
    case 'serves':
      return `  it serves in ${environment}: the cluster goes on taking its pods until it is rolled back, which puts it on that list too`;
    case 'failed':
      return [
        `  the cluster of ${environment} does not refuse it yet; give the command again`,
        ...word.problems.map(formatProblem),
      ].join('\n');
  }
}

function addRelease(quarantine: Registry['program'], { io, done }: Registry): void {
  withPersonOptions(withCommonOptions(quarantine.command('release')))
    .summary('let a digest return')
    .description(
      'Let a digest return, also to the clusters that refuse its pods. Needs the role of `policy.quarantine` in each environment that holds it; recorded and announced. What is taken back again is in quarantine again.',
    )
    .argument('<digest>', 'sha256:…')
    .requiredOption('--reason <text>', 'why; stands on the list')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock quarantine release sha256:3f2a… --reason "the database was full, see INC-41" --sign-key ~/.ssh/id_ed25519',
    )
    .action(async (text: string, options: WordOptions) => {
      const digest = parsed(text);
      const entry = await door(io, options, true);
      const { config } = await openService(entry);
      const first = await openEnvironment(entry, promotionOrder(config).at(-1) ?? '');
      const held = await heldDigests(first, digest);
      const refusing = await refusingClusters(entry, digest);
      if (held.length === 0 && refusing.length === 0) throw new ProblemError(notQuarantined(digest));
      const released: QuarantineEntry[] = [];
      const runs: string[] = [];
      for (const environment of new Set([...held.map((one) => one.environment), ...refusing])) {
        const ends = held.filter((one) => one.environment === environment).map((one) => one.entry.id);
        const service = await openEnvironment(entry, environment);
        const { entry: ended, run } = await releaseFromQuarantine(service, { digest, why: options.reason }, ends);
        if (ended !== null) released.push(ended);
        if (run !== null) runs.push(run);
      }
      done({
        exit: EXIT.done,
        text: `${digest} may return`,
        json: jsonSchema.parse({ digest, released, runs }),
      });
    });
}

function parsed(text: string): string {
  const digest = digestSchema.safeParse(text);
  if (digest.success) return digest.data;
  throw new ProblemError({
    code: 'cli.usage',
    where: '<digest>',
    found: text,
    expected: 'sha256: and 64 hexadecimal digits',
    remedy: '`shiplock quarantine list` has them whole',
  });
}
