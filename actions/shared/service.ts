import {
  openEnvironment,
  outcomeMarkdown,
  type ReleaseOutcome,
  type ServiceEnvironment,
} from '../../src/release/index.ts';
import type { RUN_OUTPUTS } from './fields.ts';
import type { Done, Job } from './job.ts';

interface Place {
  readonly environment: string;
  readonly config: string;
  readonly state: string;
}

/** The environment that an action acts on. */
export function openFor(job: Job, inputs: Place): Promise<ServiceEnvironment> {
  return openEnvironment(job.door(inputs, true), inputs.environment);
}

/** How a run is told: outputs that later steps read, and the report of the run as the summary of the job. */
export async function runDone(
  service: Pick<ServiceEnvironment, 'store' | 'exec' | 'baseDir'>,
  outcome: ReleaseOutcome,
): Promise<Done<keyof typeof RUN_OUTPUTS | 'version'>> {
  const { summary, exit, problems } = outcome;
  return {
    exit,
    problems,
    sentence: summary.sentence,
    outputs: {
      outcome: summary.outcome,
      version: summary.version,
      run: summary.run,
      'plan-hash': summary.planHash,
      anchor: `${summary.anchor.count}:${summary.anchor.head}`,
    },
    summary: await outcomeMarkdown(service, summary),
  };
}
