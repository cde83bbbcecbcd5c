import { EXIT } from '../../src/model/exit.ts';
import { planDataReset, resetData, resetLines } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import { type Done, type Job, runAction } from '../shared/job.ts';
import { codeBlock } from '../shared/words.ts';
import { dataReset } from './definition.ts';

await runAction(dataReset, act);

async function act(
  inputs: InputsOf<typeof dataReset>,
  job: Job,
): Promise<Done<keyof OutputsOf<typeof dataReset>>> {
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
