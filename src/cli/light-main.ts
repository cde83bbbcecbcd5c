import { processIo } from './io.ts';
import { runPlumbing } from './plumbing.ts';

// Entry of `shiplock.js` in the bundle of the actions: units and guards are started with it, one process each, so the rest of the command
// line is loaded only when it is asked for.
const io = processIo();
const argv = process.argv.slice(2);
const code = await runPlumbing(argv, io);
process.exitCode = code ?? (await (await import('./main.ts')).runCli(argv, io));
