import { ProblemError } from '../../model/problem.ts';
import { gateCase } from '../gate/case.ts';
import type { Gatekeeper } from '../gate/keeper.ts';
import { registryOf } from '../paths.ts';
import { beginWatch, foldLook } from '../run/fold.ts';
import type { DecideContext, Evidence, OutputRef, Procedure, WatchAnswer } from '../tree.ts';
import { noJournal } from './journal.ts';
import { loadRun } from './load.ts';
import { payloadSchema } from './records.ts';
import type { RunState } from './state.ts';

export interface ReplayedVerdict {
  readonly node: string;
  /** What the journal says: `pass`, `fail`, `ask` or `look-on` (no verdict yet), with its words. */
  readonly recorded: string;
  readonly replayed: string;
  readonly same: boolean;
}

/**
 * Folds the recorded samples of every watch again, without any look at the world, and compares the verdicts one by one. A watch that
 * asked and was answered has several. With a gatekeeper every gate that the run went through is judged again by the policy of today.
 */
export async function replay(
  procedure: Procedure,
  store: string,
  run: string,
  gatekeeper?: Gatekeeper,
): Promise<readonly ReplayedVerdict[]> {
  const loaded = await loadRun(store, run);
  if (loaded?.state.started === undefined) throw noJournal(run);
  const registry = registryOf(procedure);
  const recorded = new Map<string, string[]>();
  for (const { record, payload } of loaded.reading.entries) {
    if (record.type !== 'analysis.verdict' || payload.kind !== 'data') continue;
    const parsed = payloadSchema.parse({ type: record.type, data: payload.data });
    if (parsed.type !== 'analysis.verdict') continue;
    recorded.set(record.node, [...(recorded.get(record.node) ?? []), `${parsed.data.answer}: ${parsed.data.status}`]);
  }
  const gates = gatekeeper === undefined ? NO_GATES : await judgeAgain(procedure, loaded.state, gatekeeper);
  const verdicts: ReplayedVerdict[] = [...gates.verdicts];
  for (const path of loaded.state.looks.keys()) {
    const node = registry.nodeAt(path);
    if (node?.kind !== 'watch') continue;
    const replayed = refold(node, path, loaded.state, contextOf(procedure, loaded.state), gates.evidence);
    const said = recorded.get(path) ?? [];
    for (let index = 0; index < Math.max(said.length, replayed.length); index++) {
      const [before = 'look-on', again = 'look-on'] = [said[index], replayed[index]];
      verdicts.push({ node: path, recorded: before, replayed: again, same: before === again });
    }
  }
  return verdicts;
}

interface JudgedGates {
  readonly verdicts: readonly ReplayedVerdict[];
  /** By path: the answers that let the gate pass. */
  readonly evidence: ReadonlyMap<string, Evidence>;
}

const NO_GATES: JudgedGates = { verdicts: [], evidence: new Map() };

async function judgeAgain(procedure: Procedure, state: RunState, gatekeeper: Gatekeeper): Promise<JudgedGates> {
  const registry = registryOf(procedure);
  const evidence = new Map<string, Evidence>();
  const verdicts: ReplayedVerdict[] = [];
  for (const path of state.gates.keys()) {
    const node = registry.nodeAt(path);
    if (node?.kind !== 'gate' || state.nodes.get(path)?.phase !== 'done') continue;
    const ruling = await gatekeeper.rule(gateCase(procedure, state, node, path, undefined));
    const replayed =
      ruling.kind === 'pass' ? 'passed' : `waits: ${ruling.problems.map(({ found }) => found).join('; ')}`;
    if (ruling.kind === 'pass') evidence.set(path, ruling.evidence);
    verdicts.push({ node: path, recorded: 'passed', replayed, same: ruling.kind === 'pass' });
  }
  return { verdicts, evidence };
}

function refold(
  node: Parameters<typeof beginWatch>[0],
  path: string,
  state: RunState,
  ctx: DecideContext,
  answers: ReadonlyMap<string, Evidence>,
): readonly string[] {
  const said: string[] = [];
  let watched = beginWatch(node, ctx);
  for (const entry of state.looks.get(path) ?? []) {
    const look = entry.kind === 'sample' ? entry : { ...entry, evidence: answers.get(entry.gate) ?? entry.evidence };
    watched = foldLook(node, watched, look, path);
    const words = watched.answer === undefined ? undefined : wordsOf(watched.answer);
    if (words !== undefined) said.push(words);
  }
  return said;
}

function wordsOf(answer: WatchAnswer<unknown>): string | undefined {
  if (answer.kind === 'look-on') return undefined;
  return answer.kind === 'fail' ? `fail: ${answer.problem.found}` : `${answer.kind}: ${answer.status}`;
}

function contextOf(procedure: Procedure, state: RunState): DecideContext {
  const registry = registryOf(procedure);
  const pathsOf = (wanted: object, of: Iterable<string>): readonly string[] =>
    [...of].filter((path) => registry.nodeAt(path) === wanted);
  const missing = (id: string): ProblemError =>
    new ProblemError({
      code: 'procedure.no-outputs',
      where: id,
      found: 'nothing recorded',
      expected: 'a node of this run that is done',
      remedy: 'replay with the procedure that was run',
    });
  return {
    mode: 'run',
    run: state.run,
    fence: 0,
    outputOf<O>(ref: OutputRef<O>): O {
      const at = pathsOf(ref, state.nodes.keys()).at(-1);
      const found = at === undefined ? undefined : state.nodes.get(at);
      if (found?.phase !== 'done') throw missing(ref.id);
      return ref.outputs.parse(found.outputs);
    },
    evidenceOf(gate) {
      const at = pathsOf(gate, state.gates.keys()).at(-1);
      const found = at === undefined ? undefined : state.gates.get(at)?.evidence;
      if (found === undefined) throw missing(gate.id);
      return found;
    },
  };
}
