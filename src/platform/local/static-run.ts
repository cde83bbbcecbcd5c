import { staticMain } from './static-main.ts';

// Runs `static …` without the rest of the program: the command of a supervised static site.
process.exitCode = await staticMain(process.argv.slice(2), {
  cwd: process.cwd(),
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
});
