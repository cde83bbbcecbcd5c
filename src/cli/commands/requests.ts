import { jsonSchema } from '../../model/json.ts';
import { type ReleaseOutcome, type ReleaseRequest, summaryText } from '../../release/index.ts';
import type { CommandResult } from '../io.ts';
import type { CommonOptions, PersonOptions } from '../session.ts';

/** What the commands that release, plan, resume and roll back share. */

export interface ReleaseOptions extends CommonOptions, PersonOptions {
  readonly release?: string;
  readonly commit?: string;
  readonly reason: string;
  readonly seed?: boolean;
  readonly allowDirty?: boolean;
  readonly dryRun?: boolean;
  readonly awaitOverride?: boolean;
  readonly change?: string;
}

export function releaseRequest(options: ReleaseOptions): ReleaseRequest {
  return {
    version: options.release,
    commit: options.commit,
    why: options.reason,
    seed: options.seed === true,
    allowDirty: options.allowDirty === true,
    awaitOverride: options.awaitOverride === true,
    change: options.change,
  };
}

/** How every run is reported: the summary as text, or as JSON. */
export function runResult(outcome: ReleaseOutcome): CommandResult {
  return { exit: outcome.exit, text: summaryText(outcome.summary), json: jsonSchema.parse(outcome.summary) };
}
