import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { scannerVariables } from '../isolate.ts';
import { asJson, inForm } from '../scanner.ts';
import { objectsIn } from '../scanners/govulncheck.ts';
import type { Given } from './builtin.ts';
import { keyOf, type UsedPackage } from './packages.ts';

/**
 * When versions of Go modules were made, asked through the go command, which knows the proxies and private modules of this machine. It is the time
 * of the commit, which whoever made it could set: the proxies of Go name no other. https://go.dev/ref/mod#goproxy-protocol
 */

const GO = ['GOPROXY', 'GONOPROXY', 'GOPRIVATE', 'GOSUMDB', 'GONOSUMDB', 'GOMODCACHE', 'GOPATH', 'GOCACHE', 'GOROOT'];
const AT_ONCE = 50;
/** Neither can be an option, nor more than a path and a version. https://go.dev/ref/mod#module-path */
const PLAIN = /^[A-Za-z0-9][\w.~/-]*$/;
const VERSION = /^v[\w.+-]+$/;

const answer = z.looseObject({
  Path: z.string(),
  Version: z.string().optional(),
  Time: z.string().optional(),
  Error: z.looseObject({ Err: z.string() }).optional(),
});

/** Times by `keyOf`, milliseconds since 1970; what no proxy knows is left out. @throws ProblemError when nobody answers, or there is no go */
export async function goTimes(list: readonly UsedPackage[], given: Given): Promise<ReadonlyMap<string, number>> {
  const { exec, scratch, clock, timeoutMs } = given;
  const until = clock.monotonic() + timeoutMs;
  const times = new Map<string, number>();
  const plain = list.filter(({ name, version }) => PLAIN.test(name) && VERSION.test(version));
  for (let at = 0; at < plain.length; at += AT_ONCE) {
    const some = plain.slice(at, at + AT_ONCE);
    const { exitCode, stdout, stderr } = await exec.read(
      ['go', 'list', '-m', '-e', '-json', ...some.map(({ name, version }) => `${name}@${version}`)],
      {
        // Outside of any module: nothing of the tree takes part.
        cwd: scratch,
        env: { ...scannerVariables(GO, true), GOFLAGS: '-mod=mod', GOWORK: 'off', GOTOOLCHAIN: 'local' },
        timeoutMs: Math.max(1, until - clock.monotonic()),
      },
    );
    if (exitCode !== 0) throw new ProblemError(silent(exitCode === 127 ? 'no program `go` on PATH' : last(stderr)));
    for (const text of objectsIn(stdout)) {
      const { Path, Version, Time, Error: error } = inForm(answer, asJson(text));
      if (error !== undefined && !isUnknown(error.Err)) throw new ProblemError(silent(error.Err));
      const time = Date.parse(Time ?? '');
      if (Version !== undefined && !Number.isNaN(time))
        times.set(keyOf({ ecosystem: 'Go', name: Path, version: Version }), time);
    }
  }
  return times;
}

/** The proxy has answered, and has no such version. */
function isUnknown(words: string): boolean {
  return /\b(?:404|410)\b|unknown revision|no matching versions|invalid version/i.test(words);
}

function last(words: string): string {
  return words.trim().split('\n').at(-1) ?? '';
}

function silent(found: string) {
  return {
    code: 'scan.registry-silent',
    where: 'go list -m',
    found,
    expected: 'the times at which the versions of these modules were made',
    remedy:
      'does this machine reach the proxies of GOPROXY? `scan.scanners.freshness: optional` lets a release go on without it',
  };
}
