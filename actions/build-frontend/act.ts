import { buildComponent, pagesMarkdown } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import type { buildFrontend } from './definition.ts';

type Definition = typeof buildFrontend;

/** Builds a frontend, and tells what its pages load. */
export async function buildFrontendPages(
  inputs: InputsOf<Definition>,
  job: Job,
): Promise<Done<keyof OutputsOf<Definition>>> {
  const service = await openFor(job, inputs);
  const { component, release: version } = inputs;
  const built = await buildComponent(service, { kind: 'static', component, version, allowDirty: false });
  const { outputs, summary = '', ...done } = await runDone(service, built);
  return {
    ...done,
    summary: `${summary}${built.made === null ? '' : pagesMarkdown(built.component, built.made)}`,
    outputs: {
      outcome: outputs.outcome,
      run: outputs.run,
      version: outputs.version,
      component: built.component,
      commit: built.commit,
      path: built.made?.path ?? '',
      digest: built.made?.digest ?? '',
      pages: built.made?.pages === undefined ? '' : JSON.stringify(built.made.pages.report),
    },
  };
}
