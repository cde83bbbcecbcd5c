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

const inputs = (kind: BuildAction['kind'], example: string) =>
  z.object({
    environment: environment('that it is built for.'),
    component: optional(`Which component. Empty means the only one of kind \`${kind}\`.`, example),
    config: config(),
    state: state(),
    release: release(),
  });

const OUTPUTS = {
  outcome: RUN_OUTPUTS.outcome,
  run: RUN_OUTPUTS.run,
  component: 'What was built.',
  version: 'The version that was stamped in.',
  commit: 'The commit that was built.',
  path: 'Where it lies on the runner.',
  digest: '`sha256:…` of it.',
} as const;

export function defineBuild({ name, title, description, kind, example }: BuildAction) {
  return defineAction({
    name,
    title,
    description,
    inputs: inputs(kind, example),
    outputs: OUTPUTS,
    acts: true,
  });
}

export type BuildDefinition = ReturnType<typeof defineBuild>;

/** A Go program is built for several platforms, and its tests are run. */
export function defineGoBuild({ name, title, description, kind, example }: BuildAction) {
  return defineAction({
    name,
    title,
    description,
    inputs: inputs(kind, example),
    outputs: {
      ...OUTPUTS,
      digests: 'JSON: `sha256:…` by platform, such as `{"linux/amd64":"sha256:…"}`.',
      coverage: 'Share of the statements that its tests reach, such as `61.2%`. Empty when no tests were asked for.',
    },
    acts: true,
  });
}

export type GoBuildDefinition = ReturnType<typeof defineGoBuild>;
