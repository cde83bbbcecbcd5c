import { EXIT } from '../model/exit.ts';
import { processIo } from './io.ts';
import { PLUMBING, runPlumbing } from './plumbing.ts';

// Entry of `shiplock.js` in a bundled action: what units and guards are started with, without the rest of the command line.
const io = processIo();
const argv = process.argv.slice(2);
const code = await runPlumbing(argv, io);
if (code === undefined) {
  io.err(
    `found ${argv[0] ?? 'no command'}; expected one of ${Object.keys(PLUMBING).join(', ')}: the other commands come with the npm package shiplock\n`,
  );
}
process.exitCode = code ?? EXIT.usage;
