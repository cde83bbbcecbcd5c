import { editOutcome } from '../gitops/edit/problems.ts';
import { EXIT, type ExitCode } from '../model/exit.ts';
import type { Problem } from '../model/problem.ts';

/** Rooms whose problems mean that the arguments or the configuration must be mended. */
const USAGE = ['cli', 'config', 'analysis', 'known'];
/** Rooms that refuse before anything is changed. */
const REFUSALS = [
  'release',
  'rollout',
  'gate',
  'policy',
  'lease',
  'store',
  'order',
  'unit',
  'attest',
  'chat',
  'data',
  'database',
  'desensitise',
  'runbook',
  'alert',
  'system',
  'restore',
  'certificate',
  'logs',
  'change',
  'keys',
];
/** Problems of other rooms that do the same; a row that the server refuses comes after others that it took. */
const REFUSED_CODES =
  /^(?:migrate\.(?:undo|retire)-|traffic\.(?:no-doors|proxy-silent|rollout-under-way|maintenance)|generate\.(?!refused-row$|no-parent$)|build\.no-network-cut$|diagnose\.exists$|backup\.(?:not-configured|nothing-to-take|not-found)$)/;

/**
 * Exit code of a door that ends with problems instead of an outcome: 7 a held lease · 2 usage or configuration · 5 refused ·
 * 1 anything else. The same for every door. Pure.
 */
export function exitFor(problems: readonly Problem[]): ExitCode {
  if (problems.some((problem) => problem.code === 'lease.held')) return EXIT.leaseHeld;
  const rooms = new Set(problems.map((problem) => problem.code.split('.')[0] ?? ''));
  const edits = problems.map((problem) => editOutcome(problem.code));
  if (edits.includes('usage') || USAGE.some((room) => rooms.has(room))) return EXIT.usage;
  const refused = REFUSALS.some((room) => rooms.has(room)) || problems.some(({ code }) => REFUSED_CODES.test(code));
  if (edits.includes('refused') || refused) return EXIT.refused;
  return EXIT.failed;
}
