import { EXIT } from '../../src/model/exit.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { codeBlock } from '../shared/words.ts';
import type { dataReset } from './definition.ts';

/** Throws the rows of an environment away and fills it anew, or says what that would do. */
export async function act(
  inputs: InputsOf<typeof dataReset>,
  job: Job,
): Promise<Done<keyof OutputsOf<typeof dataReset>>> {
  // What makes rows up reads the whole structure: grammar, generator and names are large, and are loaded when the checkout is there.
  const { planDataReset, resetData, resetLines } = await import('../../src/release/data/index.ts');
  const door = job.door(inputs, true);
  const { environment, reason: why } = inputs;
  const request = { environment, why, allowDirty: false };
  if (inputs.plan) {
    const lines = resetLines(await planDataReset(door, request));
    return {
      exit: EXIT.done,
      problems: [],
      sentence: `What a reset of ${environment} would do stands in the summary; nothing was changed.`,
      outputs: { outcome: 'planned', run: '', tables: '', rows: '' },
      summary: codeBlock(`${lines.join('\n')}\n`),
    };
  }
  const { run, emptied, tables } = await resetData(door, request, () => undefined);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    exit: EXIT.done,
    problems: [],
    sentence: `${emptied.length} tables of ${environment} were emptied, and ${rows} rows are there now.`,
    outputs: { outcome: 'done', run, tables: String(emptied.length), rows: String(rows) },
    summary: codeBlock(`${tables.map(({ table, rows: count }) => `${table}: ${count} rows`).join('\n')}\n`),
  };
}
