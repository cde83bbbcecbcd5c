import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { freePort } from '../../scripts/components/ports.ts';
import type { S3 } from '../../scripts/components/s3.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { frontendSettings } from '../../src/build/frontend/config.ts';
import { finishFiles } from '../../src/build/frontend/finish.ts';
import { bucketMain } from '../../src/platform/bucket/bucket.ts';
import type { BucketWork } from '../../src/platform/bucket/install.ts';
import { openObjects } from '../../src/platform/bucket/objects.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { artefactDigest } from '../../src/procedure/machine/digest.ts';

/** Built sites of a few files, and the program of buckets as an effect starts it. */

export interface Site {
  readonly artefact: string;
  readonly digest: string;
}

/** A finished site: a page that loads a script with a hash, and whatever else is given. */
export async function site(at: string, hash: string, more: Readonly<Record<string, string>> = {}): Promise<Site> {
  const files = {
    'index.html': `<!doctype html><html lang="en"><title>${hash}</title><script type="module" src="./assets/main-${hash}.js"></script>`,
    [`assets/main-${hash}.js`]: `export const words = '${`words of ${hash} `.repeat(200)}';\n`,
    'robots.txt': `# ${hash}\n`,
    ...more,
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), content);
  }
  await finishFiles(at, frontendSettings({}));
  return { artefact: at, digest: await artefactDigest(at) };
}

export interface BucketAt {
  readonly bucket: string;
  readonly prefix?: string;
  readonly endpoint?: string;
  readonly encoding?: BucketWork['encoding'];
}

/** Words of a command line after the verb. */
export function bucketWords(s3: S3, { bucket, prefix = '', endpoint = s3.endpoint, encoding = 'none' }: BucketAt) {
  const more = [
    ...(prefix === '' ? [] : ['--prefix', prefix]),
    ...(encoding === 'none' ? [] : ['--encoding', encoding]),
  ];
  return ['--component', 'www', '--endpoint', endpoint, '--region', s3.region, '--bucket', bucket, ...more];
}

/** What its environment must hold. */
export function bucketEnv({ keys }: S3, fence: number): Readonly<Record<string, string>> {
  return {
    AWS_ACCESS_KEY_ID: keys.id,
    AWS_SECRET_ACCESS_KEY: keys.key,
    AWS_SESSION_TOKEN: '',
    SHIPLOCK_FENCE: `${fence}`,
  };
}

/** One verb in this process. */
export async function bucketVerb(s3: S3, at: BucketAt, fence: number, verb: readonly string[]) {
  let [out, err] = ['', ''];
  const [first = '', ...rest] = verb;
  const exit = await bucketMain([first, ...bucketWords(s3, at), ...rest], {
    env: bucketEnv(s3, fence),
    clock: systemClock,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { exit, out, err };
}

/** Words that install a site. */
export function installWords(version: string, { artefact, digest }: Site): readonly string[] {
  return ['install', '--version', version, '--digest', digest, '--artefact', artefact];
}

/** The objects of a place, for looking at them. */
export function objectsOf(s3: S3, { bucket, prefix = '', endpoint = s3.endpoint }: BucketAt) {
  const place = { endpoint, region: s3.region, bucket, prefix, addressing: 'path' } as const;
  return openObjects(place, s3.keys, systemClock);
}

export interface Door extends AsyncDisposable {
  readonly url: string;
}

/** Passes requests on as they were signed; the guard may answer one itself, and answers can be changed. */
export async function s3Door(
  s3: S3,
  guard: (request: IncomingMessage, response: ServerResponse) => 'pass' | 'done',
  {
    without = [],
    status = (one) => one,
  }: { readonly without?: readonly string[]; readonly status?: (one: number) => number } = {},
): Promise<Door> {
  const port = await freePort();
  const behind = new URL(s3.endpoint).port;
  const server = createServer((from, to) => {
    if (guard(from, to) === 'done') {
      from.resume();
      return;
    }
    const on = request({ port: behind, path: from.url, method: from.method, headers: from.headers }, (answer) => {
      const headers = Object.entries(answer.headers).filter(([name]) => !without.includes(name));
      to.writeHead(status(answer.statusCode ?? 500), Object.fromEntries(headers));
      answer.pipe(to);
    });
    on.on('error', () => to.destroy());
    from.pipe(on);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const MAIN = childProgram('bucket-main');

/**
 * Runs a verb as an effect does, and kills it with -9 when it sends a write.
 *
 * @param kill at which write, from 1
 * @param arrives whether that write still arrives at the server
 * @returns false when it ended before
 */
export async function killedAt(
  s3: S3,
  at: BucketAt,
  [verb = '', ...rest]: readonly string[],
  { kill, arrives, fence }: { readonly kill: number; readonly arrives: boolean; readonly fence: number },
): Promise<boolean> {
  let writes = 0;
  let victim: ChildProcess | undefined;
  await using between = await s3Door(s3, ({ method }) => {
    if (method !== 'PUT' && method !== 'DELETE') return 'pass';
    writes += 1;
    if (writes !== kill) return 'pass';
    victim?.kill('SIGKILL');
    return arrives ? 'pass' : 'done';
  });
  victim = spawn(process.execPath, [MAIN, verb, ...bucketWords(s3, { ...at, endpoint: between.url }), ...rest], {
    env: { ...process.env, ...bucketEnv(s3, fence) },
    stdio: 'ignore',
  });
  await once(victim, 'exit');
  return writes >= kill;
}
