import { buildComponent } from '../../src/release/index.ts';
import type { BuildAction, BuildDefinition } from './build.ts';
import type { InputsOf, OutputsOf } from './define.ts';
import type { Done, Job } from './job.ts';
import { openFor, runDone } from './service.ts';

/** Builds one component of a kind. */
export async function build(
  kind: BuildAction['kind'],
  inputs: InputsOf<BuildDefinition>,
  job: Job,
): Promise<Done<keyof OutputsOf<BuildDefinition>>> {
  const service = await openFor(job, inputs);
  const { component, release: version } = inputs;
  const built = await buildComponent(service, { kind, component, version, allowDirty: false });
  const { outputs, ...done } = await runDone(service, built);
  return {
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
  };
}
