import { buildComponent, type ComponentOutcome, madeMarkdown, testedShare } from '../../src/release/index.ts';
import type { BuildAction, BuildDefinition, GoBuildDefinition } from './build.ts';
import type { InputsOf, OutputsOf } from './define.ts';
import type { Done, Job } from './job.ts';
import { openFor, runDone } from './service.ts';

/** Builds one component of a kind. */
export async function build(
  kind: BuildAction['kind'],
  inputs: InputsOf<BuildDefinition>,
  job: Job,
): Promise<Done<keyof OutputsOf<BuildDefinition>>> {
  return (await buildOne(kind, inputs, job)).done;
}

/** Builds a Go program: its digests by platform, and how far its tests reach. */
export async function buildGo(
  inputs: InputsOf<GoBuildDefinition>,
  job: Job,
): Promise<Done<keyof OutputsOf<GoBuildDefinition>>> {
  const { done, built } = await buildOne('go', inputs, job);
  const { component, made } = built;
  const digests = Object.fromEntries((made?.platforms ?? []).map(({ platform, digest }) => [platform, digest]));
  return {
    ...done,
    outputs: { ...done.outputs, digests: JSON.stringify(digests), coverage: testedShare(made) },
    summary: `${done.summary ?? ''}${made === null ? '' : madeMarkdown({ [component]: made })}`,
  };
}

async function buildOne(
  kind: BuildAction['kind'],
  inputs: InputsOf<BuildDefinition>,
  job: Job,
): Promise<{ readonly done: Done<keyof OutputsOf<BuildDefinition>>; readonly built: ComponentOutcome }> {
  const service = await openFor(job, inputs);
  const { component, release: version } = inputs;
  const built = await buildComponent(service, { kind, component, version, allowDirty: false });
  const { outputs, ...done } = await runDone(service, built);
  return {
    built,
    done: {
      ...done,
      outputs: {
        outcome: outputs.outcome,
        run: outputs.run,
        version: outputs.version,
        component: built.component,
        commit: built.commit,
        path: built.made?.path ?? '',
        digest: built.made?.digest ?? '',
      },
    },
  };
}
