import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Account,
  newId,
  noSettings,
  type Repository,
  type Workflow,
  type WorkflowRun,
  type World,
} from './world.ts';

/** Refuses a push before any ref moves: what is declined was decided by the simulator, what is a forced push only git can tell. */
const PRE_RECEIVE = `#!/bin/sh
zero=0000000000000000000000000000000000000000
while read -r old new ref; do
  for one in $FORGE_DECLINED; do
    [ "$one" = "$ref" ] && { echo "GH013: Repository rule violations found for $ref."; exit 1; }
  done
  for one in $FORGE_NO_FORCE; do
    [ "$one" = "$ref" ] || continue
    [ "$old" = $zero ] || [ "$new" = $zero ] && continue
    git merge-base --is-ancestor "$old" "$new" || { echo "GH013: Cannot force-push to $ref."; exit 1; }
  done
done
exit 0
`;

const CONFIG = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[http]
\treceivepack = true
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
[gc]
\tauto = 0
`;

export interface NewRepository {
  readonly owner: Account;
  readonly name: string;
  readonly private?: boolean;
  readonly defaultBranch?: string;
  readonly parent?: Repository;
}

export async function addRepository(world: World, wanted: NewRepository): Promise<Repository> {
  const { owner, name, parent } = wanted;
  const directory = join(world.root, owner.login, `${name}.git`);
  const defaultBranch = wanted.defaultBranch ?? parent?.defaultBranch ?? 'main';
  mkdirSync(join(world.root, owner.login), { recursive: true });
  if (parent === undefined) {
    // All that `git init` makes (gitrepository-layout), without starting it: tests make hundreds.
    for (const one of ['objects', 'refs']) mkdirSync(join(directory, one), { recursive: true });
    writeFileSync(join(directory, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
  } else {
    execFileSync('git', ['clone', '--quiet', '--bare', parent.directory, directory], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
  writeFileSync(join(directory, 'config'), CONFIG);
  const hook = join(directory, 'hooks', 'pre-receive');
  mkdirSync(join(directory, 'hooks'), { recursive: true });
  writeFileSync(hook, PRE_RECEIVE);
  chmodSync(hook, 0o755);
  const now = world.clock.now();
  const repository: Repository = {
    id: newId(world),
    owner,
    name,
    private: wanted.private ?? parent?.private ?? false,
    defaultBranch,
    parent: parent ?? null,
    directory,
    createdAt: now,
    pushedAt: now,
    collaborators: new Map(),
    teams: new Map(),
    nextNumber: 1,
    issues: new Map(),
    comments: new Map(),
    activity: [],
    protections: new Map(),
    rulesets: [],
    statuses: [],
    checkRuns: [],
    suites: new Map(),
    deployments: [],
    releases: [],
    workflows: [],
    runs: [],
    environments: new Map(),
    settings: noSettings(),
    shared: noSettings(),
    attestations: [],
  };
  world.repositories.push(repository);
  return repository;
}

export function startRun(
  world: World,
  repository: Repository,
  workflow: Workflow,
  of: { readonly event: string; readonly branch: string; readonly sha: string; readonly actor: Account },
): WorkflowRun {
  const now = world.clock.now();
  const run: WorkflowRun = {
    id: newId(world),
    number: repository.runs.filter((one) => one.workflow === workflow).length + 1,
    workflow,
    event: of.event,
    headBranch: of.branch,
    headSha: of.sha,
    actor: of.actor,
    triggeringActor: of.actor,
    attempt: 1,
    status: 'queued',
    conclusion: null,
    createdAt: now,
    startedAt: now,
  };
  repository.runs.push(run);
  return run;
}
