import type { JournalRecord, RecordType } from '../../model/journal.ts';
import type { Json } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import type { EngineOptions, RunEvent } from '../api.ts';
import type { LockingContext } from '../effects/context.ts';
import { createSqlConnections, type SqlConnections } from '../effects/sql-connections.ts';
import { toJson } from '../journal/canonical.ts';
import { payloadFormOf } from '../journal/form.ts';
import type { Journal } from '../journal/journal.ts';
import type { Payload, PayloadOf } from '../journal/records.ts';
import { advance, type RunState } from '../journal/state.ts';
import { createFenceLocks, type FenceLocks } from '../lease/fence-locks.ts';
import type { LeaseHandle } from '../lease/lease.ts';
import type { Registry } from '../paths.ts';
import type { Replicator } from '../shared/replicator.ts';
import type { DecideContext, Evidence, Gate, OutputRef, Procedure, ReadContext } from '../tree.ts';

/** Everything the interpreters of single nodes need; one per process and run. */
export interface Engine {
  readonly options: EngineOptions;
  readonly procedure: Procedure;
  readonly planHash: string;
  readonly registry: Registry;
  readonly lease: LeaseHandle;
  readonly state: RunState;
  /** Newest outputs per node object. */
  readonly outputs: Map<object, Json | undefined>;
  readonly evidence: Map<Gate, Evidence>;
  /** By path: gates that this process has let pass, with the answers that count. */
  readonly passed: Map<string, Evidence>;
  readonly locks: FenceLocks;
  readonly connections: SqlConnections;
  /** Copies the journal to the shared store, where there is one. */
  readonly replicator: Replicator | undefined;
  /** The look for orders that is under way. */
  readonly desk: { looking: Promise<void> | undefined };
  /** Journals and folds into the state; returns when it is on disk. */
  record<T extends Payload['type']>(type: T, node: string, attempt: number, data: PayloadOf<T>): Promise<void>;
  /** The same at once: it reaches the disk with the next record, or soon. */
  recordLater<T extends Payload['type']>(type: T, node: string, attempt: number, data: PayloadOf<T>): void;
  emit(event: RunEvent): void;
  stopAsked(): boolean;
}

export interface EngineParts {
  readonly options: EngineOptions;
  readonly procedure: Procedure;
  readonly planHash: string;
  readonly registry: Registry;
  readonly lease: LeaseHandle;
  readonly journal: Journal;
  readonly state: RunState;
  readonly replicator: Replicator | undefined;
}

export function createEngine(parts: EngineParts): Engine {
  const { options, state, journal, lease, registry } = parts;
  const outputs = new Map<object, Json | undefined>();
  const evidence = new Map<Gate, Evidence>();
  const emit = (event: RunEvent): void => options.onEvent?.(event);
  const recorded = (record: JournalRecord, payload: Json): void => {
    advance(state, { record, payload: { kind: 'data', data: payload } });
    emit({ kind: 'journal', seq: record.seq, type: record.type, node: record.node });
    options.onRecord?.({ record, payload });
  };
  const masked = (type: RecordType, node: string, data: unknown): Json =>
    options.secrets.maskJson(toJson(data), payloadFormOf(parts, type, node));
  const engine: Engine = {
    ...parts,
    outputs,
    evidence,
    passed: new Map(),
    locks: createFenceLocks(options.clock),
    connections: createSqlConnections(),
    desk: { looking: undefined },
    emit,
    stopAsked: () => options.signal?.requested !== undefined,
    async record(type, node, attempt, data) {
      const payload = masked(type, node, data);
      const record = await journal.append(type, node, attempt, payload);
      lease.setAnchor(journal.anchor());
      parts.replicator?.touch();
      recorded(record, payload);
    },
    recordLater(type, node, attempt, data) {
      const payload = masked(type, node, data);
      recorded(journal.later(type, node, attempt, payload), payload);
    },
  };
  // What earlier processes recorded, oldest first, so that a later round of a loop wins.
  // An undo that is under way still needs what its step recorded.
  const known = [...state.nodes]
    .filter(([, node]) => node.phase === 'done' || node.outputs !== undefined)
    .sort(([, a], [, b]) => a.seq - b.seq);
  for (const [path, node] of known) {
    const object = registry.nodeAt(path);
    if (object !== undefined) outputs.set(object, node.outputs);
  }
  for (const [path, gate] of state.gates) {
    const object = registry.nodeAt(path);
    if (object?.kind === 'gate' && gate.evidence !== undefined) evidence.set(object, gate.evidence);
  }
  return engine;
}

export function decideContext(engine: Engine): DecideContext {
  return {
    mode: 'run',
    run: engine.state.run,
    fence: engine.lease.fence,
    outputOf: (node) => recordedOutputs(engine, node),
    evidenceOf: (gate) => {
      const found = engine.evidence.get(gate);
      if (found !== undefined) return found;
      throw new ProblemError({
        code: 'procedure.no-evidence',
        where: gate.id,
        found: 'a gate that has not been filled in',
        expected: 'a gate that comes earlier in the procedure',
        remedy: 'refer to a gate that has passed by then; this is a fault of the procedure',
      });
    },
  };
}

export function readContext(engine: Engine, path: string, signal: AbortSignal): ReadContext {
  return {
    ...decideContext(engine),
    clock: engine.options.clock,
    exec: engine.options.exec,
    signal,
    note: (text) => engine.emit({ kind: 'note', path, text: engine.options.secrets.mask(text) }),
  };
}

export function effectContext(engine: Engine, signal: AbortSignal): LockingContext {
  const { clock, secrets, fenceFile, fenceCommand } = engine.options;
  const { locks, connections } = engine;
  return { clock, secrets, fenceFile, fenceCommand, fence: engine.lease.fence, signal, locks, connections };
}

/** Outputs as recorded, through the node's own schema. */
export function recordedOutputs<O>(engine: Pick<Engine, 'outputs'>, node: OutputRef<O>): O {
  if (!engine.outputs.has(node)) {
    throw new ProblemError({
      code: 'procedure.no-outputs',
      where: node.id,
      found: 'a node that has not been done',
      expected: 'a node that comes earlier in the procedure',
      remedy: 'refer to a node that is done by then; this is a fault of the procedure',
    });
  }
  const parsed = node.outputs.safeParse(engine.outputs.get(node));
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    code: 'procedure.outputs-unreadable',
    where: node.id,
    found: `recorded outputs that do not fit: ${parsed.error.issues[0]?.message ?? 'redacted'}`,
    expected: 'outputs in the form this version of the procedure declares',
    remedy:
      'resume with the version that recorded them, or roll back with a new run (a redacted payload cannot be resumed from)',
  });
}

/** Outputs as they will be read again: plain JSON that the node's schema accepts. */
export function storableOutputs(node: OutputRef<unknown>, outputs: unknown, path: string): Json {
  const json = toJson(outputs);
  const parsed = node.outputs.safeParse(json);
  if (parsed.success) return json;
  throw new ProblemError({
    code: 'procedure.outputs-invalid',
    where: path,
    found: `outputs that do not fit their schema: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
    expected: 'outputs that are plain JSON of the declared form',
    remedy: 'mend `collect` or the schema of the step',
  });
}
