import { choice, gate, type Node, type ReadContext, type RunResult, sequence } from '../../procedure/index.ts';
import { refreshStep } from '../../system/index.ts';
import type { ServerSetup } from './setup-case.ts';
import { packagesStep, type SetupRecord, type SetupServerStep, serverStep } from './setup-checks.ts';
import {
  administratorSecretStep,
  administratorStep,
  connectStep,
  enableStep,
  isToCome,
  manualStep,
  optionsStep,
  secureStep,
  settingsNode,
  tlsNodes,
  zonesStep,
} from './setup-steps.ts';
import { plannedStep } from './upgrade-checks.ts';
import { setStep } from './upgrade-steps.ts';
import { usersNodes } from './users-procedure.ts';

/** A new server of a database, from packages to accounts: looked at, made, seen, inspected. On one that is set up nothing is done. */

export interface ServerSetupNodes {
  readonly root: Node;
  /** Null: nothing was looked at. */
  told(outputs: RunResult['outputs']): SetupRecord | null;
}

/** The tree. Nothing is undone: what is half made goes on where it was, and nobody uses it yet. */
export function serverSetupNodes(setup: ServerSetup): ServerSetupNodes {
  const { asked, system, target, on, host } = setup;
  const packages = packagesStep(setup);
  const server = serverStep(setup, packages);
  const secret = administratorSecretStep(setup);
  const prepare = system.prepareHosts([on.host]);
  // Looks need nothing of ours on the host, but for the one of apt at its sources.
  const laid = prepare === null ? [] : [prepare];
  const users = {
    ...setup.users,
    isToCome: (ctx: ReadContext) => isToCome(ctx, server),
  };
  const steps: readonly Node[] = [
    ...(asked.refresh ? [...laid, sequence({ ...REFRESH, steps: [refreshStep(asked, host)] })] : []),
    ...[packages, server, plannedStep(setup, packages)],
    ...(asked.refresh ? [] : laid),
    ...[setStep(setup, packages), manualStep(setup, packages), enableStep(setup, server)],
    ...tlsNodes(setup, server),
    ...[optionsStep(setup, server), settingsNode(setup, server), secureStep(setup, server), zonesStep(setup, server)],
    sequence({
      id: 'administrator',
      title: 'Make the administrator',
      steps: [secret, administratorStep(setup, server, secret)],
    }),
    sequence({ id: 'users', title: 'Make the schema and its accounts', steps: usersNodes(users) }),
    connectStep(setup, server),
    inspection(setup, server),
  ];
  return {
    root: sequence({ id: 'database-setup', title: `Set up ${target.name} on ${on.host}`, steps }),
    told: (outputs) => outputs(server) ?? null,
  };
}

const REFRESH = { id: 'refresh', title: 'Ask the package sources what they have' };

/** A server that holds tables was inspected long ago. */
function inspection(setup: ServerSetup, server: SetupServerStep): Node {
  const { target, on } = setup;
  return choice<null>({
    id: 'inspect',
    title: `Inspect ${target.name} on ${on.host}, where it is new`,
    read: async () => null,
    choose: (_facts, ctx) => (ctx.outputOf(server).used ? 'used' : 'new'),
    branches: {
      new: checkpoint(setup),
      used: sequence({ id: 'used', title: 'It is in use already', steps: [] }),
    },
  });
}

/** Nobody uses it yet: what a person finds now costs nothing. */
function checkpoint({ system, target, on }: ServerSetup): Node {
  return gate({
    id: 'checkpoint',
    title: `Inspect ${target.name} on ${on.host} before it is used`,
    description:
      'Look from the machine of the application, too: does it reach the server, and does nobody else? Then take the first backup: until one is verified, what is written there can be lost.',
    role: system.role,
    evidence: [
      { kind: 'check', name: 'works', question: 'Does the application reach the server, and does nobody else?' },
      {
        kind: 'check',
        name: 'kept',
        question: 'Is the connection string of the administrator kept where only its owner reads it?',
      },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    judge: (evidence) =>
      evidence['works'] === true && evidence['kept'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: 'the new server is not as it must be' },
  });
}
