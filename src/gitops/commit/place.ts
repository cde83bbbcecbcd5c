import { bad, ok, type Problem, ProblemError, type Result } from '../../model/problem.ts';
import { BRANCH_NAME } from '../../model/scalars.ts';
import { type GitLocation, locate } from '../git.ts';

/** One branch of one repository. */
export interface Place {
  readonly location: GitLocation;
  readonly branch: string;
}

export interface PlaceOptions {
  /** Path or address of the repository that names what serves. */
  readonly repository: string;
  readonly branch: string;
  /** Directory for a small bare repository of our own. */
  readonly workDir: string;
  /** What relative paths are taken from; default the current directory. */
  readonly baseDir?: string;
}

/** Understands a repository and a branch; refuses names that git would read as something else. Pure. */
export function placeOf(options: PlaceOptions): Result<Place> {
  const location = locate(options.repository, options.workDir, options.baseDir ?? process.cwd());
  if (!location.ok) return location;
  if (!BRANCH_NAME.test(options.branch)) return bad(noBranchName(options.branch));
  return ok({ location: location.value, branch: options.branch });
}

/**
 * A path that git can take from us and that stays inside the repository.
 * @throws ProblemError `gitops.file`
 */
export function checkFile(file: string): string {
  const parts = file.split('/');
  const outside = parts.some((part) => ['', '.', '..', '.git'].includes(part.toLowerCase()));
  if (file !== '' && !outside && !/["\\\p{Cc}]/u.test(file)) return file;
  throw new ProblemError({
    code: 'gitops.file',
    where: 'gitops.file',
    found: JSON.stringify(file),
    expected: 'a path inside the repository, such as apps/certkeeper/production.yaml',
    remedy: 'mend `gitops.file`',
  });
}

function noBranchName(branch: string): Problem {
  return {
    code: 'gitops.branch',
    where: 'gitops.branch',
    found: JSON.stringify(branch),
    expected: 'the name of a branch, such as main',
    remedy: 'mend `gitops.branch`',
  };
}
