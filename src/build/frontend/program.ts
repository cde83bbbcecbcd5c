import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import { parsedJson } from '../../model/json.ts';
import { formatProblem, ProblemError, problemsOf } from '../../model/problem.ts';
import { formatSize } from '../../model/size.ts';
import { encodingSchema } from '../../model/web-files.ts';
import { frontendKeys } from './config.ts';
import { finishFiles } from './finish.ts';
import { FINISH_COMMAND } from './finish-request.ts';

/** `shiplock finish-frontend --dir DIR`: what an effect of the build runs. Its settings come over standard input, as JSON. */

const HELP = `shiplock ${FINISH_COMMAND} --dir DIR < settings.json: make built files ready to be served, in place

  --dir DIR   a copy of the files that nobody uses yet
  --help      print this help

Settings: {"encodings": ["br", "zstd", "gzip"], "compressFrom": 1000, "integrity": true, "csp": null}
`;

const requestSchema = z.strictObject({
  encodings: z.array(encodingSchema),
  compressFrom: z.number().int().min(0),
  integrity: z.boolean(),
  csp: frontendKeys.csp.unwrap().nullable(),
});

export interface ProgramIo {
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
}

export async function finishMain(
  argv: readonly string[],
  io: ProgramIo,
  stdin: NodeJS.ReadableStream = process.stdin,
): Promise<ExitCode> {
  try {
    const { values } = parse(argv);
    if (values.help === true) {
      io.out(HELP);
      return EXIT.done;
    }
    if (values.dir === undefined) throw usage('no --dir', '--dir DIR');
    const settings = requestSchema.safeParse(parsedJson(await text(stdin)));
    if (!settings.success) throw usage(z.prettifyError(settings.error).replaceAll('\n', '; '), 'settings as JSON');
    const { files, pages } = await finishFiles(resolve(io.cwd, values.dir), settings.data);
    const sizes = Object.values(files).map(({ size }) => size);
    const total = formatSize(sizes.reduce((sum, size) => sum + size, 0));
    io.out(`${sizes.length} files, ${total}, ${Object.keys(pages).length} pages\n`);
    return EXIT.done;
  } catch (error) {
    const problems = problemsOf(error, FINISH_COMMAND);
    io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(''));
    return problems.some(({ code }) => code === 'build.finish-usage') ? EXIT.usage : EXIT.failed;
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: { dir: { type: 'string' }, help: { type: 'boolean' } } });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error), `the options of ${FINISH_COMMAND} --help`);
  }
}

function usage(found: string, expected: string): ProblemError {
  return new ProblemError({
    code: 'build.finish-usage',
    where: FINISH_COMMAND,
    found,
    expected,
    remedy: `see \`shiplock ${FINISH_COMMAND} --help\``,
  });
}
