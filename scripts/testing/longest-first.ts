import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The order of vitest (by what files took last time, else by size), but files that are named come before all others of their
 * project, in the order of the names: also in a checkout where nothing has run yet.
 * @param names paths from the root of the repository
 */
export function longestFirst(names: readonly string[]): typeof BaseSequencer {
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      return namedFirst(await super.sort(files), names, (file) => ({
        project: file.project.name,
        name: relative(file.project.config.root, file.moduleId),
      }));
    }
  };
}

/** Pure: projects stay in their order and together. */
export function namedFirst<T>(
  files: readonly T[],
  names: readonly string[],
  about: (file: T) => { readonly project: string; readonly name: string },
): T[] {
  const ranked = files.map((file) => {
    const { project, name } = about(file);
    const rank = names.indexOf(name);
    return { file, project, rank: rank === -1 ? names.length : rank };
  });
  const projects = [...new Set(ranked.map(({ project }) => project))];
  return ranked
    .toSorted((a, b) => projects.indexOf(a.project) - projects.indexOf(b.project) || a.rank - b.rank)
    .map(({ file }) => file);
}
