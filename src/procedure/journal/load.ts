import { runPaths } from '../store.ts';
import { type JournalReading, readJournal, readJournalText } from './read.ts';
import { foldState, type RunState } from './state.ts';

/** A run as its journal has it, read without touching it. */
export interface LoadedRun {
  readonly reading: JournalReading;
  readonly state: RunState;
}

/** Undefined when the run has no journal, or an empty one. Throws when a record cannot be understood. */
export async function loadRun(store: string, run: string): Promise<LoadedRun | undefined> {
  const text = await readJournalText(runPaths(store, run));
  if (text === undefined || text.journal === '') return undefined;
  const reading = readJournal(run, text);
  return { reading, state: foldState(run, reading.entries) };
}

/** Has the run something left to do? A run that recorded nothing has not: it never began. */
export async function isUnfinished(store: string, run: string): Promise<boolean> {
  const loaded = await loadRun(store, run);
  return loaded !== undefined && loaded.state.started !== undefined && loaded.state.status !== 'finished';
}
