import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_POLICY } from '../../rollout/index.ts';

/** Settings of the analysis that commands take as options. */
export interface PolicyOptions {
  readonly alpha?: number;
  readonly beta?: number;
  readonly harmRatio?: number;
  readonly margin?: number;
  readonly floor?: number;
  readonly mode?: 'dispersed' | 'robust' | 'sharp';
}

export function numberArgument(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** @param defaults what an option left out means; left out too, it means "as it was" */
export function withPolicyOptions(command: Command, defaults: PolicyOptions = {}): Command {
  const { alpha, beta, harmRatio, margin, floor, mode } = defaults;
  return command
    .option('--alpha <p>', 'chance of a false `worse` for the whole stream', numberArgument, alpha)
    .option('--beta <p>', 'chance of a false `not-worse`', numberArgument, beta)
    .option('--harm-ratio <r>', 'up to this many times as bad is not called worse', numberArgument, harmRatio)
    .option('--margin <r>', '`not-worse` rules out an odds ratio of this much …', numberArgument, margin)
    .option('--floor <p>', '… unless the bad rate is below this', numberArgument, floor)
    .addOption(
      new Option('--mode <mode>', 'how bad events are taken').choices(['dispersed', 'robust', 'sharp']).default(mode),
    );
}

export const POLICY_DEFAULTS: PolicyOptions = {
  alpha: DEFAULT_POLICY.alpha,
  beta: DEFAULT_POLICY.beta,
  harmRatio: DEFAULT_POLICY.harmRatio,
  margin: DEFAULT_POLICY.margin,
  floor: DEFAULT_POLICY.floor,
  mode: DEFAULT_POLICY.mode,
};

/** The settings that were given, under the names of the policy. */
export function policyOf({ alpha, beta, harmRatio, margin, floor, mode }: PolicyOptions): PolicyOptions {
  return {
    ...(alpha === undefined ? {} : { alpha }),
    ...(beta === undefined ? {} : { beta }),
    ...(harmRatio === undefined ? {} : { harmRatio }),
    ...(margin === undefined ? {} : { margin }),
    ...(floor === undefined ? {} : { floor }),
    ...(mode === undefined ? {} : { mode }),
  };
}
