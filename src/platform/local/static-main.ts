import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import { formatProblem, ProblemError, problemsOf } from '../../model/problem.ts';
import { parseAddress } from '../../model/scalars.ts';
import type { Download } from './downloads.ts';
import { startStaticServer } from './static-server.ts';

export interface StaticIo {
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
  /** Aborted when the server is to drain and end; default: SIGTERM or SIGINT of this process. */
  readonly stop?: AbortSignal;
}

const HELP = `shiplock static --root DIR --listen HOST:PORT [--releases DIR] [--single-page] [--download PATH=DIR]: serve the files
of a directory

  --root DIR          the directory, or a link to it such as …/frontend/current; a switched link serves at once
  --listen HOST:PORT  where to listen
  --releases DIR      where all releases lie; a file with a hashed name that the root has no more is served from there,
                      for pages that were loaded before a switch
  --single-page       unknown pages get index.html
  --download PATH=DIR packages are installed from PATH: DIR is the directory of their component, such as …/client; may be
                      given again
  --help              print this help

/healthz answers 200 while it lives, /readyz while index.html is there and it is not draining (SIGTERM).

Example:
  shiplock static --root /srv/shop/frontend/current --releases /srv/shop/frontend/releases --listen 127.0.0.1:8081
`;

/** `shiplock static …`: serves until it is stopped; its exit code. */
export async function staticMain(argv: readonly string[], io: StaticIo): Promise<ExitCode> {
  try {
    const options = read(argv, io.cwd);
    if (options === 'help') {
      io.out(HELP);
      return EXIT.done;
    }
    const server = await startStaticServer(options);
    io.out(`serving ${options.root} on ${options.host}:${server.port}\n`);
    await aborted(io.stop ?? stopSignal());
    await server.drain();
    return EXIT.done;
  } catch (error) {
    const problems = problemsOf(error, 'static');
    io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(''));
    return problems.some((problem) => problem.code === 'static.usage') ? EXIT.usage : EXIT.failed;
  }
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.once('SIGINT', () => stop.abort());
  return stop.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

interface Options {
  readonly root: string;
  readonly host: string;
  readonly port: number;
  readonly releases: string | undefined;
  readonly singlePage: boolean;
  readonly downloads: readonly Download[];
}

function read(argv: readonly string[], cwd: string): Options | 'help' {
  const { values } = parse(argv);
  if (values.help === true) return 'help';
  if (values.root === undefined) throw usage('no --root', '--root DIR');
  const address = parseAddress(values.listen ?? '');
  if (address === undefined)
    throw usage(`--listen ${values.listen ?? ''}`, '--listen HOST:PORT, such as 127.0.0.1:8081');
  const host = address.host === '*' ? '0.0.0.0' : address.host;
  return {
    root: resolve(cwd, values.root),
    host,
    port: address.port,
    releases: values.releases === undefined ? undefined : resolve(cwd, values.releases),
    singlePage: values['single-page'] === true,
    downloads: (values.download ?? []).map((word) => downloadOf(word, cwd)),
  };
}

function downloadOf(word: string, cwd: string): Download {
  const [, path, home] = /^(\/[^=]+)=(.+)$/.exec(word) ?? [];
  if (path === undefined || home === undefined) throw usage(`--download ${word}`, '--download PATH=DIR');
  return { path, home: resolve(cwd, home) };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        root: { type: 'string' },
        listen: { type: 'string' },
        releases: { type: 'string' },
        'single-page': { type: 'boolean' },
        download: { type: 'string', multiple: true },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error), 'the options of `shiplock static --help`');
  }
}

function usage(found: string, expected: string): ProblemError {
  return new ProblemError({
    code: 'static.usage',
    where: 'shiplock static',
    found,
    expected,
    remedy: 'see `shiplock static --help`',
  });
}
