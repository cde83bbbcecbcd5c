import { dirname, relative, resolve } from 'node:path';
import { readConfig } from '../../config/index.ts';
import { EXIT } from '../../model/exit.ts';
import { unwrap } from '../../model/problem.ts';
import { createExec } from '../../procedure/index.ts';
import { findPin, finishBegun, planUpgrade, type UpgradedFile, writeAll } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { findConfig } from '../session.ts';
import { packageVersion } from '../version.ts';
import { filesText, serverOf } from './init.ts';

interface Options {
  readonly workflows: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addUpgrade({ program, io, done }: Registry): void {
  program
    .command('upgrade')
    .summary('bring the workflows that call ours to another version')
    .description(
      'Bring the workflows of this repository that call those of Shiplock to another tag or commit. Those that `init` wrote and nobody changed are written as this version writes them; in all others only the pins move, and they are checked against this version: what does not fit is refused, and nothing is written.',
    )
    .argument('[directory]', 'the service (default: here)')
    .requiredOption('--workflows <owner/name@tag>', 'the repository that they call, and the tag or commit to go to')
    .option('--dry-run', 'show the difference, and write nothing')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText(
      'after',
      '\nRun it with the version that you go to.\n\nExamples:\n  $ shiplock upgrade --workflows acme/shiplock@v0.2.0 --dry-run\n  $ shiplock upgrade --workflows acme/shiplock@v0.2.0',
    )
    .action(async (directory: string | undefined, options: Options) => {
      const file = await findConfig(resolve(io.cwd, directory ?? '.'));
      const where = dirname(file);
      const dry = options.dryRun === true;
      const finished = dry ? [] : await finishBegun(where);
      for (const path of finished)
        io.err(`finished what an earlier \`shiplock init\` or \`upgrade\` had begun: ${path}\n`);
      const pin = await findPin(options.workflows, serverOf(io), createExec());
      const { files, absent } = await planUpgrade(where, unwrap(await readConfig(file)), pin);
      const changes = files.filter(({ state }) => state !== 'same');
      if (!dry) await writeAll(where, changes);
      const end = dry ? 'nothing was written' : changes.length === 0 ? 'nothing to do' : 'written';
      const at = `${pin.repository} at ${pin.version ?? pin.commit}, checked against shiplock ${packageVersion()}`;
      done({
        exit: EXIT.done,
        text: [
          ...(dry ? [filesText(where, files)] : files.map((one) => `${relative(where, one.path)}: ${HOW[one.how]}`)),
          ...absent.map((path) => `${relative(where, path)}: not there; shiplock init --workflows would write it`),
          `${at}; ${end}`,
        ].join('\n'),
        json: {
          directory: where,
          pin: { ...pin },
          files: files.map(({ path, how, before, after }) => ({ path, how, before, after })),
          absent: [...absent],
          result: end,
        },
      });
    });
}

const HOW: Readonly<Record<UpgradedFile['how'], string>> = {
  same: 'as it was',
  written: 'written anew; nobody had changed it',
  moved: 'only its pins moved; the rest is yours',
};
