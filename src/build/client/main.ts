import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import { formatProblem, ProblemError, problemsOf, unwrap } from '../../model/problem.ts';
import { packSpecSchema, writePackage, writePlain } from './pack.ts';
import { publishPackage, yankVersion } from './publish.ts';
import { readPublicKey, signChecksums } from './sign.ts';

export interface ClientIo {
  readonly cwd: string;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  out(text: string): void;
  err(text: string): void;
}

const HELP = `shiplock client COMMAND: packages of client scripts, and places to install them from

  publish --from DIR --to DIR                      copy what was built into a place to install from, and call it the latest
  yank --at DIR --version V --reason TEXT          withdraw a version: installers refuse it from then on
  yank --at DIR --version V --undo                 let it be installed again
                                                   DIR is such a place, or ROOT/COMPONENT on the host that serves it

What a build runs:

  pack --out DIR                                   make a package; what it is made of comes as JSON on standard input
  sign --dir DIR --public-key FILE                 sign its checksums; the private key, PEM, comes on standard input

  --json                                           say what was done as JSON
  --help                                           print this help

Every command may be given twice. Exit codes: 0 done, 1 failed, 2 wrong usage.

Example:
  shiplock client publish --from .shiplock/state/artefacts/client/3f2a91bc00d41e57/client --to /srv/www/client
`;

/** `shiplock client …`; its exit code. */
export async function clientMain(argv: readonly string[], io: ClientIo): Promise<ExitCode> {
  const json = argv.includes('--json');
  try {
    const said = await run(argv, io);
    io.out(json ? `${JSON.stringify(said.json, null, 2)}\n` : said.text);
    return EXIT.done;
  } catch (error) {
    const problems = problemsOf(error, 'shiplock client');
    if (json) io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
    else io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(''));
    return problems.some((problem) => problem.code === 'client.usage') ? EXIT.usage : EXIT.failed;
  }
}

interface Said {
  readonly text: string;
  readonly json: object;
}

async function run(argv: readonly string[], io: ClientIo): Promise<Said> {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { text: HELP, json: { help: HELP } };
  const path = (name: 'from' | 'to' | 'at' | 'out' | 'dir' | 'public-key'): string => {
    const value = values[name];
    if (value === undefined) throw usage(`no --${name}`, `--${name} and a path`);
    return resolve(io.cwd, value);
  };
  switch (positionals.join(' ')) {
    case 'pack': {
      const out = path('out');
      const files = await writePackage(specOf(await textOf(io.stdin)), out);
      return { text: `packed ${out}\n`, json: { out, files: [...files.keys()] } };
    }
    case 'sign':
      return signed(path('dir'), path('public-key'), await textOf(io.stdin));
    case 'publish': {
      const to = path('to');
      const { version, added } = await publishPackage(path('from'), to);
      return {
        text: `${version} is the latest in ${to}${added ? '' : '; it was there'}\n`,
        json: { to, version, added },
      };
    }
    case 'yank': {
      const { version, reason, undo = false } = values;
      if (version === undefined) throw usage('no --version', '--version and the version');
      if (undo === (reason !== undefined))
        throw usage(undo ? '--reason and --undo' : 'no --reason', '--reason TEXT, or --undo');
      await yankVersion(path('at'), version, reason ?? null);
      return {
        text: `${version} ${undo ? 'may be installed again' : 'is withdrawn'}\n`,
        json: { version, yanked: !undo },
      };
    }
    default:
      throw usage(positionals.join(' ') || 'no command', 'publish, yank, pack or sign');
  }
}

async function signed(dir: string, keyFile: string, privatePem: string): Promise<Said> {
  const sums = resolve(dir, 'SHA256SUMS');
  const key = unwrap(readPublicKey(await readFile(keyFile, 'utf8'), keyFile));
  const signature = unwrap(signChecksums(await readFile(sums), privatePem, key, sums));
  await writePlain(`${sums}.sig`, signature);
  return { text: `signed ${sums}\n`, json: { signed: sums } };
}

function specOf(text: string) {
  try {
    return packSpecSchema.parse(JSON.parse(text));
  } catch {
    throw usage('no description of a package on standard input', 'JSON, as a build gives it');
  }
}

async function textOf(stdin: ClientIo['stdin']): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of stdin) parts.push(typeof part === 'string' ? Buffer.from(part) : part);
  return Buffer.concat(parts).toString('utf8');
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...{ from: text, to: text, at: text, out: text, dir: text, 'public-key': text, version: text, reason: text },
        ...{ undo: flag, json: flag, help: flag },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error), 'the options of `shiplock client --help`');
  }
}

function usage(found: string, expected: string): ProblemError {
  return new ProblemError({
    code: 'client.usage',
    where: 'shiplock client',
    found,
    expected,
    remedy: 'see `shiplock client --help`',
  });
}
