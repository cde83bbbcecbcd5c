import type { EffectResult } from '../model/effect.ts';
import type { JournalRecord } from '../model/journal.ts';
import type { Problem } from '../model/problem.ts';
import { logPlaceText } from '../model/sql.ts';
import type { StepStory } from './types.ts';

/** The timeline while a journal is gone through: a row for each step, watch and gate, a new one when it begins again. */
export interface StepNotes {
  intent(path: string, attempt: number, undo: boolean, time: number): void;
  done(path: string, attempt: number, note: string, results: readonly EffectResult[], time: number): void;
  failed(path: string, attempt: number, failure: Failure, time: number): void;
  undone(path: string, attempt: number, note: string, time: number): void;
  look(path: string, time: number): void;
  verdict(path: string, status: string, time: number): void;
  gate(path: string, time: number): void;
  filled(path: string, by: string, time: number): void;
  resumed(time: number): void;
  redacted(record: JournalRecord, time: number): void;
  told(): readonly StepStory[];
}

export interface Failure {
  readonly problems: readonly Problem[];
  readonly final: boolean;
  readonly refused: boolean;
}

type Row = { -readonly [K in keyof StepStory]: StepStory[K] };

export function beginSteps(titleOf: (path: string) => string): StepNotes {
  const rows: Row[] = [];
  /** The row that is under way, by path; the undo of a step has one of its own. */
  const open = new Map<string, Row>();

  const rowOf = (path: string, kind: StepStory['kind'], time: number): Row => {
    const key = kind === 'undo' ? `${path} undo` : path;
    const before = open.get(key);
    if (before !== undefined) return before;
    const row: Row = {
      path,
      title: kind === 'undo' ? `Undo: ${titleOf(path)}` : titleOf(path),
      kind,
      state: 'open',
      from: time,
      until: time,
      attempts: 0,
      looks: 0,
      note: '',
      problems: [],
      back: /\/rollback(\/|$)/.test(path),
    };
    rows.push(row);
    open.set(key, row);
    return row;
  };
  const end = (row: Row, state: StepStory['state'], time: number): void => {
    row.state = state;
    row.until = time;
    open.delete(row.kind === 'undo' ? `${row.path} undo` : row.path);
  };

  return {
    intent(path, attempt, undo, time) {
      const row = rowOf(path, undo ? 'undo' : 'step', time);
      row.attempts = Math.max(row.attempts, undo ? 1 : attempt);
      row.until = time;
    },
    done(path, attempt, note, results, time) {
      // Groups have no attempt: their parts tell what happened.
      if (attempt === 0) return;
      const begun = open.has(path);
      const row = rowOf(path, 'step', time);
      row.attempts = Math.max(row.attempts, attempt);
      const restore = results.find((result) => result.kind === 'sql' && result.restore !== undefined);
      const place = restore?.kind === 'sql' ? restore.restore?.before : undefined;
      const told = place === undefined ? note : `restore point: ${logPlaceText(place)}`;
      if (place !== undefined) row.restore = place;
      row.note = row.kind === 'gate' && row.note !== '' ? row.note : told;
      end(row, begun || results.length > 0 || row.kind !== 'step' ? 'done' : 'nothing', time);
    },
    failed(path, attempt, { problems, final, refused }, time) {
      if (attempt === 0) return;
      const undoing = open.has(`${path} undo`);
      const row = rowOf(path, undoing ? 'undo' : 'step', time);
      row.attempts = Math.max(row.attempts, undoing ? 1 : attempt);
      row.problems = problems;
      row.until = time;
      if (final) end(row, refused ? 'refused' : 'failed', time);
    },
    undone(path, attempt, note, time) {
      if (attempt === 0) return;
      const row = rowOf(path, 'undo', time);
      row.attempts = Math.max(1, row.attempts);
      row.note = note;
      end(row, 'undone', time);
    },
    look(path, time) {
      const row = rowOf(path, 'watch', time);
      row.kind = 'watch';
      row.attempts = 1;
      row.looks++;
      row.until = time;
    },
    verdict(path, status, time) {
      const row = rowOf(path, 'watch', time);
      row.kind = 'watch';
      row.note = status;
      row.until = time;
    },
    gate(path, time) {
      const row = rowOf(path, 'gate', time);
      row.kind = 'gate';
      row.attempts = 1;
      row.state = 'waiting';
      row.until = time;
    },
    filled(path, by, time) {
      const row = rowOf(path, 'gate', time);
      row.kind = 'gate';
      row.state = 'done';
      row.note = `filled in by ${by}`;
      row.until = time;
    },
    resumed(time) {
      // What was open when the process died, or waited, was open until now; a watch did not look meanwhile.
      for (const row of open.values()) if (row.kind !== 'watch') row.until = time;
    },
    redacted(record, time) {
      if (record.attempt === 0 || !record.type.startsWith('step.')) return;
      const row = rowOf(record.node, 'step', time);
      row.note = 'redacted';
      if (record.type === 'step.done') end(row, 'done', time);
      if (record.type === 'step.undone') end(row, 'undone', time);
      if (record.type === 'step.failed') end(row, 'failed', time);
    },
    told: () => rows,
  };
}
