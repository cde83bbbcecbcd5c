import type { ChangeAsked } from '../../model/change.ts';
import { type Condition, type Gate, gate } from '../../procedure/index.ts';

/** Looks at the change record of a run; made in looks.ts. */
export interface ChangeLooks {
  stands(asked: ChangeAsked): Condition;
}

/**
 * Before anything is touched: the change record of this run is there, asks for exactly this plan, and its window is open. Null where nobody has
 * named one and none is asked for.
 */
export function changeGate(asked: ChangeAsked | undefined, looks: ChangeLooks): Gate | null {
  if (asked === undefined) return null;
  return gate({
    id: 'change',
    title: asked.id === null ? 'A change record asks for this' : `Change ${asked.id} asks for this plan, now`,
    description:
      asked.id === null
        ? 'The policy asks for a change record, and none was named. Nobody can answer this: it passes by an override alone.'
        : `Nobody needs to answer: it passes while the record is as it was, and in its window. \`shiplock change show ${asked.id}\` prints it; look again with \`shiplock resume\`.`,
    role: 'nobody',
    asks: 'condition',
    condition: looks.stands(asked),
    evidence: [],
    guard: { kind: 'nothing-shifted' },
  });
}
