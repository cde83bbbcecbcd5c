import { buildComponent } from '../../src/release/index.ts';
import type { BuildAction, BuildDefinition } from './build.ts';
import { runAction } from './job.ts';
import { openFor, runDone } from './service.ts';

/** Builds one component of a kind. */
export function runBuild(definition: BuildDefinition, kind: BuildAction['kind']): Promise<void> {
  return runAction(definition, async (inputs, job) => {
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
  });
}
