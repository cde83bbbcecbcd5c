import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, ProblemError, problemsOf } from '../../model/problem.ts';
import { hasCode } from '../../procedure/store.ts';
import { openEnvironment, openService } from '../../release/index.ts';
import { writeOutput } from '../output-file.ts';
import type { Registry } from '../registry.ts';
import type { SopFormat } from '../runbook/docs.ts';
import { ownPlace } from '../runbook/place.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

/** `shiplock runbook docs`, `new` and `test`: for those who write runbooks. */

interface DocsOptions extends CommonOptions {
  readonly format: SopFormat;
  readonly out: string;
  readonly check?: boolean;
}

const NOT_HERE: ReadonlySet<string> = new Set([
  ...['system.not-configured', 'database.none', 'database.no-accounts', 'database.setup-place'],
]);

export function addRunbookDocs(runbook: Command, { io, done }: Registry): void {
  withCommonOptions(runbook.command('docs'))
    .summary('print the SOPs as files')
    .description(
      'Write the standard operating procedure of each runbook as a file, from the same tree that runs: purpose, roles, inputs, steps with checklists, diagram, the way back. Printed with the sample of the inputs.',
    )
    .argument('<environment>', 'whose system they are printed for')
    .argument('[name]', 'only this runbook')
    .addOption(new Option('--format <format>', 'what to write').choices(['markdown', 'html']).default('markdown'))
    .option('--out <dir>', 'where to write', 'docs/sop')
    .option('--check', 'write nothing; fail when a file is missing or differs')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock runbook docs production\n  $ shiplock runbook docs production system-stop --format html --out print\n  $ shiplock runbook docs production --check',
    )
    .action(async (environment: string, name: string | undefined, options: DocsOptions) => {
      const [{ findRunbook, listRunbooks }, { sopOf }] = await Promise.all([
        import('../runbook/registry.ts'),
        import('../runbook/docs.ts'),
      ]);
      const place = await ownPlace(io, options);
      const found = name === undefined ? (await listRunbooks(place)).found : [await findRunbook(name, place)];
      const service = await openEnvironment(await door(io, options, false), environment);
      const directory = resolve(io.cwd, options.out);
      const written: string[] = [];
      const drifted: string[] = [];
      let printed = 0;
      for (const { runbook: one } of found) {
        const sop = await sopOf(service, one, options.format).catch((error: unknown) => {
          // Where no system or no such database is configured, its runbooks have no steps; only who names one is told so.
          if (name === undefined && NOT_HERE.has(problemsOf(error, one.id)[0]?.code ?? '')) return null;
          throw error;
        });
        if (sop === null) continue;
        printed += 1;
        const file = join(directory, sop.name);
        const before = await readFile(file, 'utf8').catch((error: unknown) => {
          if (hasCode(error, 'ENOENT')) return null;
          throw error;
        });
        if (before === sop.text) continue;
        if (options.check === true) {
          drifted.push(relative(io.cwd, file));
          continue;
        }
        await mkdir(directory, { recursive: true });
        await writeOutput(io, file, sop.text, '--out');
        written.push(relative(io.cwd, file));
      }
      if (drifted.length > 0) {
        const problems = drifted.map(drift);
        done({ exit: EXIT.failed, text: problems.map(formatProblem).join('\n'), json: jsonSchema.parse({ problems }) });
        return;
      }
      const text = written.length === 0 ? `${printed} SOPs are as they were` : written.join('\n');
      done({ exit: EXIT.done, text, json: jsonSchema.parse({ environment, sops: printed, written }) });
    });
}

function drift(file: string) {
  return {
    code: 'runbook.docs-drift',
    where: file,
    found: 'another text than the runbook gives',
    expected: 'the SOP as it is printed from the runbook',
    remedy: 'run `shiplock runbook docs` with the same options and commit what it writes',
  };
}

export function addRunbookNew(runbook: Command, { io, done }: Registry): void {
  withCommonOptions(runbook.command('new'))
    .summary('begin a runbook of this service')
    .description(
      'Write a runbook that works, and a test for it, into the directory `runbooks` beside shiplock.yaml. Nothing that is there is replaced.',
    )
    .argument('<name>', 'its name: lower-case letters, digits and dashes')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock runbook new warm-cache\n  $ shiplock runbook test warm-cache staging',
    )
    .action(async (name: string, options: CommonOptions) => {
      const [{ SHIPPED_NAMES }, { skeleton, skeletonTest }] = await Promise.all([
        import('../runbook/registry.ts'),
        import('../runbook/skeleton.ts'),
      ]);
      if (!/^[a-z][a-z0-9-]{0,39}$/.test(name) || SHIPPED_NAMES.includes(name))
        throw new ProblemError(badName(name, SHIPPED_NAMES));
      const { config, configFile } = await openService(await door(io, options, false));
      const [environment = 'staging'] = [...config.environments].flatMap(([one, { kind }]) =>
        kind === 'concrete' ? [one] : [],
      );
      const directory = join(dirname(configFile), 'runbooks');
      await mkdir(directory, { recursive: true });
      const files = [
        { file: join(directory, `${name}.mjs`), content: skeleton(name) },
        { file: join(directory, `${name}.test.mjs`), content: skeletonTest(name, environment) },
      ];
      for (const { file, content } of files) {
        await writeFile(file, content, { flag: 'wx' }).catch((error: unknown) => {
          throw hasCode(error, 'EEXIST') ? new ProblemError(exists(file)) : error;
        });
      }
      const names = files.map(({ file }) => relative(io.cwd, file));
      done({
        exit: EXIT.done,
        text: [...names, '', `Next: shiplock runbook test ${name} ${environment}`].join('\n'),
        json: { files: names },
      });
    });
}

function badName(name: string, shipped: readonly string[]) {
  return {
    code: 'cli.usage',
    where: 'command line',
    found: JSON.stringify(name),
    expected: `a name of lower-case letters, digits and dashes that is none of ${shipped.join(', ')}`,
    remedy: 'give it another name',
  };
}

function exists(file: string) {
  return {
    code: 'runbook.exists',
    where: file,
    found: 'a file of this name',
    expected: 'a new name',
    remedy: 'give it another name, or edit what is there',
  };
}

export function addRunbookTest(runbook: Command, { io, done }: Registry): void {
  withCommonOptions(runbook.command('test'))
    .summary('look whether a runbook is sound, without running it')
    .description(
      'Plan a runbook twice with the sample of its inputs and judge its tree: a plan writes nothing and is the same twice, ids are unique, every step says what happens after a crash, has a time-out, and is looked after.',
    )
    .argument('<name>', 'the runbook')
    .argument('<environment>', 'where it is planned')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock runbook test system-stop staging\n  $ shiplock runbook test warm-cache staging --json',
    )
    .action(async (name: string, environment: string, options: CommonOptions) => {
      const [{ findRunbook }, { checkRunbook }] = await Promise.all([
        import('../runbook/registry.ts'),
        import('../../release/runbook/index.ts'),
      ]);
      const { runbook: one } = await findRunbook(name, await ownPlace(io, options));
      const service = await openEnvironment(await door(io, options, false), environment, one.reach);
      const { problems, steps, effects, opaque } = await checkRunbook(service, one, { texts: one.sample });
      const good = `${name}: ${steps} steps, ${effects} effects planned in ${environment}, nothing is wrong`;
      const notes = opaque.map((path) => `  ${path} cannot be planned in detail`);
      done({
        exit: problems.length === 0 ? EXIT.done : EXIT.failed,
        text: (problems.length === 0 ? [good, ...notes] : problems.map(formatProblem)).join('\n'),
        json: jsonSchema.parse({ runbook: name, environment, steps, effects, opaque, problems }),
      });
    });
}
