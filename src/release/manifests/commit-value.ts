import { posix } from 'node:path';
import { environmentNames, type ResolvedGitops, resolveEnvironment } from '../../config/index.ts';
import type { GitopsOutputs } from '../../gitops/index.ts';
import { gitopsPlace } from '../../gitops/index.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { procedure, sequence } from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { approvalOf } from '../policy/approval.ts';
import { type Ruled, underPolicy } from '../policy/persons.ts';
import type { ReleaseOutcome } from '../run/release.ts';
import { begin, outcomeOf } from './by-git.ts';

/** Another value in git than the one that names what serves. */

export interface CommitValueRequest {
  /** Keys joined by dots, as `gitops.path`. */
  readonly path: string;
  readonly value: string;
  /** File inside the repository; none that names what serves somewhere. */
  readonly file: string;
  readonly why: string;
}

export interface CommitValueOutcome extends ReleaseOutcome {
  /** Null when it did not come to that. */
  readonly committed: GitopsOutputs | null;
}

/**
 * Sets one value in the repository of an environment, by compare-and-swap, under its lease. Never in a file that names what serves: only a
 * release, with its gates and its way back, may change that, and one value has many addresses.
 */
export async function commitValue(
  opened: ServiceEnvironment,
  request: CommitValueRequest,
): Promise<CommitValueOutcome> {
  const service = await ruledWithoutGates(opened);
  const { environment, store, door } = service;
  const gitops = gitopsOf(service);
  const { file, path, value, why } = request;
  if (NOT_TEXT.test(value)) throw new ProblemError(onlyText(file, path, value));
  const named = filesThatName(service, gitops.repository);
  if (named.has(posix.normalize(file))) throw new ProblemError(namesWhatServes(environment.environment, file));
  // What edits manifests is large, and what comes before may have refused.
  const { gitopsCommitNode } = await import('../../gitops/commit.ts');
  const node = gitopsCommitNode({
    ...gitopsPlace({ ...environment, gitops }, store),
    id: 'commit',
    file,
    path,
    value,
    author: gitops.author,
    signingKey: gitops.signingKey,
    service: environment.service,
    environment: environment.environment,
    message: `${environment.service} in ${environment.environment}: ${path} ${value}`,
    actor: door.who,
    missingFile: 'refuse',
  });
  const result = await begin(
    service,
    procedure({
      id: 'gitops-commit',
      title: `Set ${path} of ${environment.environment} in git`,
      description: 'One commit that changes one value and no other byte, in a file that does not name what serves.',
      environment: environment.environment,
      inputs: { file, path, value, why },
      root: sequence({ id: 'gitops', title: 'One commit', steps: [node] }),
    }),
  );
  const committed = result.outputs(node) ?? null;
  const said =
    committed === null
      ? `${path} of ${environment.environment} was not set in git`
      : committed.changed
        ? `${path} of ${environment.environment} is ${value} in git, by commit ${committed.commit.slice(0, 12)}`
        : `${path} of ${environment.environment} is ${value} in git already`;
  return { ...outcomeOf(service, result, value, said), committed };
}

/** What would be written with quotes, as a text that looks like something else. */
const NOT_TEXT = /^(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|true|false|null|~)$/i;

function onlyText(file: string, path: string, value: string) {
  return {
    code: 'release.only-text',
    where: `${file} ${path}`,
    found: `${value}, which is no text`,
    expected: 'a text: a commit writes numbers, true and false in quotes',
    remedy: 'set it with `shiplock gitops set` in a working copy, which keeps its kind, and commit that',
  };
}

/** Neither has gates: where the policy asks for a person or a window before anything goes forward, only a release may. */
async function ruledWithoutGates(opened: ServiceEnvironment): Promise<Ruled> {
  const service = await underPolicy(opened, 'forward');
  const { approval } = approvalOf(service.rules.kind === 'policy' ? service.rules.policy.rules : undefined);
  if (approval === undefined) return service;
  throw new ProblemError({
    code: 'policy.needs-a-release',
    where: service.environment.environment,
    found: 'a change of git without a gate',
    expected: `${approval.role === null ? 'a window' : `an approval by the role ${approval.role}`}, as the policy asks before anything goes forward`,
    remedy: 'put the value into shiplock.yaml or into the repository by a reviewed commit, and release',
  });
}

function gitopsOf({ environment }: ServiceEnvironment): ResolvedGitops {
  if (environment.gitops !== null) return environment.gitops;
  throw new ProblemError({
    code: 'release.no-gitops',
    where: `environments.${environment.environment}`,
    found: 'no `gitops:`',
    expected: 'a repository that names what serves',
    remedy: 'write `gitops:` into shiplock.yaml',
  });
}

/** Files of a repository that name what serves in some environment of this service. */
function filesThatName({ config, baseDir }: ServiceEnvironment, repository: string): ReadonlySet<string> {
  const places = environmentNames(config).flatMap((name) => {
    const { gitops } = unwrap(resolveEnvironment(config, name, { baseDir }));
    return gitops !== null && gitops.repository === repository ? [posix.normalize(gitops.file)] : [];
  });
  return new Set(places);
}

function namesWhatServes(environment: string, file: string) {
  return {
    code: 'release.names-what-serves',
    where: `environments.${environment}.gitops`,
    found: `${file}, which names what serves`,
    expected: 'another file',
    remedy: 'release, promote or roll back: those commit it, with their gates and a way back',
  };
}
