import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentNames, resolveEnvironment } from '../../config/index.ts';
import { EXIT } from '../../model/exit.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { isMissing } from '../../procedure/store.ts';
import { isPage, KNOWN_ERRORS, openService, pagesOf } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

export function addValidate({ program, io, done }: Registry): void {
  withCommonOptions(program.command('validate'))
    .summary('check shiplock.yaml')
    .description(
      'Check shiplock.yaml: every problem with its line, what was found, what is expected, and how to mend it. Pages of known errors beside it (docs/known-errors) are checked too. Reads files only.',
    )
    .argument('[environment]', 'only this environment (default: all that are not abstract)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock validate\n  $ shiplock validate production --config deploy/shiplock.yaml',
    )
    .action(async (environment: string | undefined, options: CommonOptions) => {
      const { config, configFile, baseDir } = await openService(await door(io, options, false));
      const names = environment === undefined ? environmentNames(config) : [environment];
      for (const name of names) unwrap(resolveEnvironment(config, name, { baseDir }));
      const { errors, problems } = pagesOf(await pagesIn(baseDir));
      if (problems.length > 0) throw new ProblemError(problems);
      const known = errors.length === 0 ? '' : `; ${errors.length} known error${errors.length === 1 ? '' : 's'}`;
      done({
        exit: EXIT.done,
        text: `${configFile}: valid (${names.join(', ')})${known}`,
        json: { file: configFile, valid: true, environments: [...names], knownErrors: errors.length },
      });
    });
}

/** Pages as they lie in the working tree. */
async function pagesIn(baseDir: string): Promise<readonly (readonly [name: string, text: string])[]> {
  const names = await readdir(join(baseDir, KNOWN_ERRORS)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const pages = names.filter(isPage).toSorted();
  return Promise.all(
    pages.map(
      async (name) => [`${KNOWN_ERRORS}/${name}`, await readFile(join(baseDir, KNOWN_ERRORS, name), 'utf8')] as const,
    ),
  );
}
