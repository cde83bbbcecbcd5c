import type { Io } from './io.ts';

/**
 * Commands that effects run and that outlive this process. They parse their own arguments and print their own help. Each loads
 * only what it needs, since one runs per instance and an effect waits for it to start.
 */
export const PLUMBING: Readonly<Record<string, (argv: readonly string[], io: Io) => Promise<number>>> = {
  /** install, start, stop, reload, status … of supervised processes on this machine */
  unit: async (argv, io) =>
    (await import('../platform/local/unit.ts')).unitMain(argv, {
      ...io,
      clock: (await import('../procedure/machine/clock.ts')).systemClock,
    }),
  /** answers health checks of a version whose share of traffic is a lease */
  guard: async (argv) => (await import('../traffic/guard/main.ts')).guardMain(argv),
  /** prints the program of hosts over ssh, for hosts where somebody else is root */
  'host-program': async (argv, io) => {
    const { hostProgram } = await import('../platform/ssh/program.ts');
    io.out(argv.includes('--path') ? `${hostProgram().path}\n` : hostProgram().text);
    return 0;
  },
  /** packs, signs and publishes client scripts */
  client: async (argv, io) => (await import('../build/client/main.ts')).clientMain(argv, io),
  /** serves the files of a directory */
  static: async (argv, io) => {
    const stop = new AbortController();
    process.once('SIGTERM', () => stop.abort());
    process.once('SIGINT', () => stop.abort());
    return (await import('../platform/local/static-main.ts')).staticMain(argv, { ...io, stop: stop.signal });
  },
};

/** Exit code of a plumbing command, or undefined when it is none. */
export async function runPlumbing(argv: readonly string[], io: Io): Promise<number | undefined> {
  const [name = '', ...rest] = argv;
  const run = Object.hasOwn(PLUMBING, name) ? PLUMBING[name] : undefined;
  return run?.(rest, io);
}
