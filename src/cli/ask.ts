import { ProblemError } from '../model/problem.ts';
import type { Io } from './io.ts';

/** Questions at a terminal. The answer in brackets is what an empty line means. */
export interface Interview {
  ask(question: string, usual: string, check?: (answer: string) => string | undefined): Promise<string>;
  close(): Promise<void>;
}

export function interview({ stdin, err }: Pick<Io, 'stdin' | 'err'>): Interview {
  const lines = readLines(stdin);
  return {
    async ask(question, usual, check = () => undefined) {
      for (;;) {
        err(`${question} [${usual}] `);
        const { value, done } = await lines.next();
        if (done === true) throw new ProblemError(nobody(question));
        const answer = value.trim() === '' ? usual : value.trim();
        const wrong = check(answer);
        if (wrong === undefined) return answer;
        err(`  ${wrong}\n`);
      }
    },
    async close() {
      await lines.return(undefined);
    },
  };
}

/** A check for one of a few words. */
export function oneOf(words: readonly string[]): (answer: string) => string | undefined {
  return (answer) => (words.includes(answer) ? undefined : `one of ${words.join(', ')}`);
}

async function* readLines(stdin: Io['stdin']): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stdin) {
    const parts = `${rest}${typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
  return undefined;
}

function nobody(question: string) {
  return {
    code: 'cli.usage',
    where: 'standard input',
    found: `no answer to: ${question}`,
    expected: 'an answer',
    remedy: 'answer, or give flags and --yes; nothing was written',
  };
}
