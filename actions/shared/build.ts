import { z } from 'zod';
import { defineAction } from './define.ts';
import { config, environment, RUN_OUTPUTS, release, state } from './fields.ts';
import { optional } from './inputs.ts';

/** All builds are one action with another kind of component. */
export interface BuildAction {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: 'go' | 'static' | 'script';
  readonly example: string;
}

export function defineBuild({ name, title, description, kind, example }: BuildAction) {
  return defineAction({
    name,
    title,
    description,
    inputs: z.object({
      environment: environment('that it is built for.'),
      component: optional(`Which component. Empty means the only one of kind \`${kind}\`.`, example),
      config: config(),
      state: state(),
      release: release(),
    }),
    outputs: {
      outcome: RUN_OUTPUTS.outcome,
      run: RUN_OUTPUTS.run,
      component: 'What was built.',
      version: 'The version that was stamped in.',
      commit: 'The commit that was built.',
      path: 'Where it lies on the runner.',
      digest: '`sha256:…` of it.',
    },
    acts: true,
  });
}

export type BuildDefinition = ReturnType<typeof defineBuild>;
