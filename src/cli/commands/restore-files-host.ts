import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { planHostRestore, restoreHost, undoHostRestore } from '../../release/backup/index.ts';
import type { DoorOptions } from '../../release/door.ts';
import type { CommandResult } from '../io.ts';

/** `shiplock restore files --host`: files of a host, in place of those that it has. */

interface OnHost {
  readonly environment: string;
  readonly host: string;
  readonly only?: string;
  readonly id?: string;
  readonly reload: readonly string[];
  readonly undo?: string;
}

/** @param acts false: only what would change is told */
export async function onHost(entry: DoorOptions, options: OnHost, acts: boolean): Promise<CommandResult> {
  const { environment, host, only, id, reload, undo } = options;
  if (undo !== undefined) {
    if (!acts) {
      const text = `would bring back on ${host} what was there before ${undo}`;
      return { exit: EXIT.done, text, json: jsonSchema.parse({ environment, host, set: undo }) };
    }
    const run = await undoHostRestore(entry, { environment, host, set: undo });
    const text = `what was there before is there again on ${host}\nrun ${run}`;
    return { exit: EXIT.done, text, json: jsonSchema.parse({ environment, host, set: undo, run }) };
  }
  const request = { environment, host, only, id, reload };
  if (!acts) {
    const { record, changes, put, lines, accounts } = await planHostRestore(entry, request);
    const { id: which, takenAt, state } = record;
    const units = reload.map((unit) => `reload ${unit}`);
    const nothing = changes.some(({ what }) => what !== 'extra') ? [] : ['nothing there is other than in the backup'];
    return {
      exit: EXIT.done,
      text: [`${put} files of ${host} as of ${takenAt} (${which}, ${state})`, ...lines, ...nothing, ...units].join(
        '\n',
      ),
      json: jsonSchema.parse({ environment, host, id: which, takenAt, state, files: put, changes, accounts, reload }),
    };
  }
  const restored = await restoreHost(entry, request);
  const { files, takenAt, id: which, seconds, run, set } = restored;
  return {
    exit: EXIT.done,
    text: [
      `${files} files as of ${takenAt} (${which}) are in place on ${host}, compared, ${seconds.toFixed(1)} s`,
      `to bring back what was there: shiplock restore files ${environment} --host ${host} --undo ${set}`,
      `run ${run}`,
    ].join('\n'),
    json: jsonSchema.parse({ environment, ...restored }),
  };
}
