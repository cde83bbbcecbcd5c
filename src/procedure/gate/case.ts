import type { RunState } from '../journal/state.ts';
import { subjectOf } from '../plan/hash.ts';
import type { Gate, Procedure } from '../tree.ts';
import { type Looked, subjectWith } from './condition.ts';
import { checkEvidence } from './evidence.ts';
import type { GateCase } from './keeper.ts';

/**
 * A gate of a run as a gatekeeper judges it: what it asks comes from the procedure, only what was said comes from the journal.
 *
 * @param looked what its condition shows now; undefined when it is not asked again: what it was about stands in the journal
 */
export function gateCase(
  procedure: Procedure,
  state: RunState,
  node: Gate,
  path: string,
  looked: Looked | undefined,
): GateCase {
  const gate = state.gates.get(path);
  const subject = subjectWith(subjectOf(procedure, path), looked?.about ?? gate?.opened.condition?.about);
  const asked = { evidence: node.evidence, judged: node.judge !== undefined };
  return {
    run: state.run,
    environment: procedure.environment,
    path,
    role: node.role,
    asks: node.asks ?? 'persons',
    urgent: node.urgent ?? false,
    unmet: looked?.unmet ?? [],
    subject,
    // What was opened over something else has no standing.
    opened: gate?.opened.subject === subject ? gate.opened : undefined,
    given: gate?.given ?? [],
    left: state.nodes.get(path)?.phase === 'done',
    started: state.started,
    accepts: (items) => checkEvidence({ opened: asked }, items, `gate ${path} of run ${state.run}`),
  };
}
