import { parseArgs } from 'node:util';
import { z } from 'zod';
import { EXIT } from '../../model/exit.ts';
import type { Clock } from '../../model/ports.ts';
import { formatProblem, problemsOf } from '../../model/problem.ts';
import { ENCODINGS } from '../../model/web-files.ts';
import { FENCE_VARIABLE, FENCED } from '../fenced.ts';
import { BucketFencedError, claim } from './claim.ts';
import { type BucketWork, installRelease } from './install.ts';
import { openObjects } from './objects.ts';
import { removeRelease, switchTo } from './switch.ts';

/** What the command needs of the world. */
export interface BucketIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  out(text: string): void;
  err(text: string): void;
}

const text = { type: 'string' } as const;
const OPTIONS = {
  component: text,
  endpoint: text,
  region: text,
  bucket: text,
  prefix: text,
  addressing: text,
  encoding: text,
  version: text,
  digest: text,
  artefact: text,
  'also-current': { type: 'boolean' },
} as const;

const word = z.string().min(1);
const givenSchema = z.object({
  component: word,
  endpoint: word,
  region: word,
  bucket: word,
  prefix: z.string().default(''),
  addressing: z.enum(['path', 'host']).default('path'),
  encoding: z.enum(['none', ...ENCODINGS]).default('none'),
});
const accessSchema = z.object({
  AWS_ACCESS_KEY_ID: word,
  AWS_SECRET_ACCESS_KEY: word,
  AWS_SESSION_TOKEN: z.string().default(''),
  [FENCE_VARIABLE]: z.string().regex(/^[1-9]\d{0,14}$/),
});

/**
 * One verb on the bucket of a component, under the fence of the run that asks, for instance
 *     switch --component www --endpoint https://s3.example.com --region r1 --bucket www --version 1.4.0
 * Keys and fence stand in the environment. Repeatable, every verb.
 */
export async function bucketMain(argv: readonly string[], io: BucketIo): Promise<number> {
  try {
    const [verb = '', ...rest] = argv;
    const { values } = parseArgs({ args: [...rest], options: OPTIONS, strict: true });
    const work = workOf(values, io);
    io.out(`${await act(verb, work, values)}\n`);
    return EXIT.done;
  } catch (error) {
    if (error instanceof BucketFencedError) {
      io.err(`${FENCED.mark} ${error.message}\n`);
      return FENCED.exitCode;
    }
    for (const problem of problemsOf(error, 'bucket')) io.err(`error ${formatProblem(problem)}\n`);
    return EXIT.failed;
  }
}

function workOf(values: object, { env, clock }: BucketIo): BucketWork {
  const { component, encoding, ...place } = givenSchema.parse(values);
  const access = accessSchema.parse(env);
  const session = access.AWS_SESSION_TOKEN;
  const keys = {
    id: access.AWS_ACCESS_KEY_ID,
    key: access.AWS_SECRET_ACCESS_KEY,
    ...(session === '' ? {} : { session }),
  };
  return {
    place,
    component,
    encoding,
    objects: openObjects(place, keys, clock),
    fence: Number(access[FENCE_VARIABLE]),
  };
}

interface Given {
  readonly version?: string | undefined;
  readonly digest?: string | undefined;
  readonly artefact?: string | undefined;
  readonly 'also-current'?: boolean | undefined;
}

async function act(verb: string, work: BucketWork, given: Given): Promise<string> {
  const { component } = work;
  switch (verb) {
    case 'install': {
      const request = z.object({ version: word, digest: word, artefact: word }).parse(given);
      const { sent, sentBytes, present } = await installRelease(work, request);
      return `${component} ${request.version}: ${sent} files sent (${sentBytes} bytes), ${present} were there`;
    }
    case 'switch': {
      const version = word.parse(given.version);
      const { changed, removed } = await switchTo(work, version);
      return `${component} ${version}: ${changed.length} files switched, ${removed.length} taken away`;
    }
    case 'remove': {
      const version = word.parse(given.version);
      const count = await removeRelease(work, version, given['also-current'] === true);
      return `${component} ${version}: ${count} objects removed`;
    }
    case 'raise':
      await claim(work);
      return `${component}: the fence is ${work.fence}`;
    default:
      throw new TypeError(`no such verb: ${verb}`);
  }
}
