import { createHash } from 'node:crypto';
import type { Problem } from '../../model/problem.ts';
import { type HostPackagesOptions, hostPackageEffect } from '../../platform/index.ts';
import { action, type Gate, gate, type Node, type RunResult, sequence } from '../../procedure/index.ts';
import { refreshStep, type System } from '../../system/index.ts';
import { hostFilesOptions } from '../backup/hosts.ts';
import { type BackupEnvironment, openBackup } from '../backup/open.ts';
import { type HostRestoreNodes, hostRestoreNodes } from '../backup/restore-host.ts';
import { hostsNode } from '../environment/hosts.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { applicationNodes } from './application.ts';
import { installStep, type PackagesStep, type PlannedPackages, packagesStep } from './packages.ts';
import { expectStep, momentStep, type Took, tookStep } from './time.ts';
import { stateStep, unitsStep } from './units.ts';

/**
 * A whole host out of its backup, on an empty machine in its place: packages, accounts, files, units and the version that serves. Nothing is changed before
 * a person has seen the list, and nothing gets a request before a person has inspected it.
 */

export interface WholeHost {
  readonly host: string;
  /** Which backup; undefined: the newest. */
  readonly id: string | undefined;
  /** Digest of what a plan has shown; undefined: a person approves it in the run. */
  readonly planned: string | undefined;
  /** Whether the package sources are asked first. */
  readonly refresh: boolean;
  /** Units that ran before the files came, and read them again. */
  readonly reload: readonly string[];
  /** How long the work of packages may take. */
  readonly limitMs: number;
}

export interface WholeHostNodes {
  readonly root: Node;
  told(outputs: RunResult['outputs']): WholeHostTold;
}

export interface WholeHostTold {
  readonly id: string | null;
  readonly packages: PlannedPackages | null;
  readonly files: number | null;
  readonly differs: readonly string[];
  readonly took: Took | null;
}

/** @param system null: none is configured @throws ProblemError for a name that no host has */
export function wholeHostNodes(service: ServiceEnvironment, system: System | null, wish: WholeHost): WholeHostNodes {
  const { environment, target, clock, exec, door } = service;
  const { host, reach } = hostFilesOptions(service, wish.host);
  const options: HostPackagesOptions = { host, reach, exec };
  let opened: Promise<BackupEnvironment> | undefined;
  const open = (): Promise<BackupEnvironment> => {
    opened ??= openBackup(door, target.environment);
    return opened;
  };
  const files = hostRestoreNodes(open, service, {
    ...{ environment: target.environment, host: host.name, id: wish.id, reload: wish.reload },
  });
  const packages = packagesStep(options, files);
  const expect = expectStep(open, host.name, { files, packages });
  const state = stateStep(options, { files, packages, system });
  const moments = {
    begin: momentStep('begin', 'Note when the work begins', clock),
    installed: momentStep('installed', 'Note when the packages were there', clock),
    placed: momentStep('placed', 'Note when the files were there', clock),
    ready: momentStep('ready', 'Note when it can be inspected', clock),
  };
  const took = tookStep(open, host.name, { expect, moments, files, packages });
  const application = applicationNodes(service, host.name);
  const laid = hostsNode({ ...reach, hosts: [host], exec }, 'what it had');
  const refresh = refreshStep(wish, {
    host: host.name,
    packages: { refresh: (timeoutMs) => [hostPackageEffect(options, 'refresh', [], false, timeoutMs)] },
  });
  const { role } = environment.rollout;
  const steps: readonly Node[] = [
    // A look needs nothing of ours there, but for the one of apt at its sources.
    ...(wish.refresh ? [laid, sequence({ ...REFRESH, steps: [refresh] })] : []),
    ...[files.look, packages, expect],
    ...(application === null ? [] : [application.look]),
    plannedStep(wish, { files, packages }),
    ...(wish.planned === undefined ? [approval(host.name, role)] : []),
    ...(wish.refresh ? [] : [laid]),
    moments.begin,
    ...(application === null ? [] : [application.away]),
    ...[files.accounts, installStep(options, packages, wish.limitMs), moments.installed],
    ...[files.put, moments.placed, unitsStep(options, files, UNITS_MS)],
    ...(application === null ? [] : [application.bring]),
    ...[state, moments.ready, inspection(host.name, role)],
    ...(application === null ? [] : [application.admit]),
    took,
  ];
  return {
    root: sequence({ id: 'host-restore', title: `Bring ${host.name} back`, steps }),
    told: (outputs) => ({
      id: outputs(files.look)?.id ?? null,
      packages: outputs(packages) ?? null,
      files: outputs(files.told)?.files ?? null,
      differs: outputs(state)?.differs ?? [],
      took: outputs(took) ?? null,
    }),
  };
}

const UNITS_MS = 300_000;
const REFRESH = { id: 'refresh', title: 'Ask the package sources what they have' };

/** What a person approves, in 12 characters: the same things give the same ones. Pure. */
export function digestOfHost(
  {
    id,
    accounts,
    enable,
  }: { readonly id: string; readonly accounts: readonly string[]; readonly enable: readonly string[] },
  { changes, gone }: Pick<PlannedPackages, 'changes' | 'gone'>,
): string {
  const rows = changes.map(({ name, from, to }) => [name, from ?? '', to]).toSorted();
  const all = [id, rows, gone.toSorted(), accounts, enable.toSorted()];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 12);
}

interface Looks {
  readonly files: HostRestoreNodes;
  readonly packages: PackagesStep;
}

/** Binds a run to a plan: the same backup, packages, accounts and units, or nothing is changed. */
function plannedStep({ planned, host }: WholeHost, { files, packages }: Looks): Node {
  return action<null>({
    id: 'planned',
    title: 'Compare it with what was planned',
    inputs: { planned: planned ?? null },
    read: async () => null,
    decide: (_facts, ctx) => {
      const looked = ctx.outputOf(files.look);
      const digest = digestOfHost(looked, ctx.outputOf(packages));
      const units =
        looked.enable.length === 0 ? '' : `; units that start by themselves again: ${looked.enable.join(', ')}`;
      if (planned === undefined)
        return { kind: 'nothing', why: `a person approves it; to approve this list now: --planned ${digest}${units}` };
      return planned === digest
        ? { kind: 'nothing', why: `it is the same list${units}` }
        : { kind: 'refuse', problems: [changedSince(host, planned, digest)] };
    },
    probe: 'repeatable',
  });
}

function changedSince(where: string, planned: string, digest: string): Problem {
  return {
    code: 'restore.host-changed',
    where,
    found: `${planned}, while the list of today is ${digest}`,
    expected: 'the same backup, packages, accounts and units as when it was planned',
    remedy: 'plan it again, look at the list, and give its digest with --planned; or name the backup with --id',
  };
}

/** Behind every look, before anything is changed. */
function approval(host: string, role: string): Gate {
  return gate({
    id: 'approve',
    title: `Approve what is installed and put on ${host}`,
    description: `The looks before it have told the backup, the packages with their versions, accounts and units. Every line of every file: \`shiplock restore files ENVIRONMENT --host ${host} --dry-run\`.`,
    role,
    evidence: [
      {
        kind: 'check',
        name: 'approved',
        question: 'Are these the packages, accounts and files that the host is to have?',
      },
      { kind: 'text', name: 'seen', question: 'What did you look at?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    judge: (evidence) =>
      evidence['approved'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: 'what would be installed is not approved; nothing was changed' },
  });
}

/** No request goes there before. */
function inspection(host: string, role: string): Gate {
  return gate({
    id: 'inspect',
    title: `Inspect ${host} before it gets requests`,
    description: 'The look before it has told what is not as it was. It gets no requests yet.',
    role,
    evidence: [
      { kind: 'check', name: 'works', question: `Does everything on ${host} do its work?` },
      { kind: 'check', name: 'differs', question: 'Is it in order that what was told is not as it was?' },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    judge: (evidence) =>
      evidence['works'] === true && evidence['differs'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: `${host} is not as it must be; it gets no requests` },
  });
}
