import type { DeploymentState, ForgeProjections, ForgeVerdict, ShownRun } from '../../model/forge.ts';

/**
 * A run as the forge shows it: a deployment with its state, and a check run of its commit, or a status where only an App could make a check run.
 * All of it follows from the journal, and can be made again at any time.
 */

const STATES = {
  waits: { deployment: 'queued', conclusion: null, status: 'pending' },
  works: { deployment: 'in_progress', conclusion: null, status: 'pending' },
  good: { deployment: 'success', conclusion: 'success', status: 'success' },
  bad: { deployment: 'failure', conclusion: 'failure', status: 'failure' },
} as const;

interface Showing {
  readonly deployment: { readonly state: DeploymentState; readonly description: string; readonly logUrl: string };
  readonly check: ForgeVerdict;
}

/** What is said of a run. Pure. */
export function showing({ run, commit, environment, state, sentence }: ShownRun, url: string): Showing {
  return {
    deployment: { state: STATES[state].deployment, description: sentence, logUrl: url },
    check: {
      key: run,
      commit,
      name: nameOf(environment),
      conclusion: STATES[state].conclusion,
      title: sentence,
      summary: `Run \`${run}\` in \`${environment}\`.`,
      url,
    },
  };
}

/** The deployment of a run, made or found. `fresh`: nobody can have made it yet. */
export async function deploymentOf(
  projections: Pick<ForgeProjections, 'deployment'>,
  { run, commit, environment }: ShownRun,
  fresh: boolean,
): Promise<number> {
  const production = environment === 'production';
  const wanted = { key: run, commit, environment, production, description: `run ${run}`, fresh };
  return (await projections.deployment(wanted)).id;
}

/** Says what is not said yet. After a doubt everything is looked at first. */
export async function project(
  projections: ForgeProjections,
  run: ShownRun,
  { said, url }: { readonly said: Awaited<ReturnType<ForgeProjections['atOnce']>>; readonly url: string },
): Promise<void> {
  if (said === 'all') return;
  const { deployment, check } = showing(run, url);
  if (said === 'unsure') {
    const id = await deploymentOf(projections, run, false);
    await projections.deploymentState(id, { ...deployment, doubtful: true });
  }
  if (projections.checks()) await projections.check({ ...check, fresh: said === 'but-the-check' });
  else {
    const { commit, environment, state, sentence } = run;
    const status = STATES[state].status;
    await projections.status({ commit, context: nameOf(environment), state: status, description: sentence, url });
  }
}

function nameOf(environment: string): string {
  return `shiplock/${environment}`;
}
