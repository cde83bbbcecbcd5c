import type { Problem } from '../../src/model/problem.ts';
import type { Summary } from '../../src/release/index.ts';
import type { OutputName } from './io.ts';

/** Every output of a run that took place. Pure. */
export function outputsOf(summary: Summary): Readonly<Record<OutputName, string>> {
  return {
    outcome: summary.outcome,
    version: summary.version,
    run: summary.run,
    'plan-hash': summary.planHash,
    anchor: `${summary.anchor.count}:${summary.anchor.head}`,
  };
}

/** Where an annotation belongs: problems of a file name it as `file:line:column`. Pure. */
export function annotationPlace(problem: Problem): {
  readonly title: string;
  readonly file?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
} {
  const [, file, line, column] = /^([^:\n]+):(\d+):(\d+)$/.exec(problem.where) ?? [];
  if (file === undefined) return { title: problem.code };
  return { title: problem.code, file, startLine: Number(line), startColumn: Number(column) };
}
