import type { Io } from '../../src/cli/io.ts';

/** A terminal in memory for tests of the command line. */
export interface Terminal extends Io {
  readonly written: { out: string; err: string };
}

export function terminal(
  options: Partial<Pick<Io, 'cwd' | 'env' | 'terminal' | 'columns' | 'statusColumns'>> = {},
  stdin = '',
): Terminal {
  const written = { out: '', err: '' };
  return {
    cwd: options.cwd ?? '/',
    env: options.env ?? {},
    terminal: options.terminal ?? false,
    columns: options.columns,
    statusColumns: options.statusColumns,
    stdin: (async function* () {
      yield stdin;
    })(),
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    written,
  };
}
