import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { GarbledOutput } from '../scanner.ts';
import type { Given } from './builtin.ts';
import { keyOf, type UsedPackage } from './packages.ts';

/** When versions of npm packages came out: `time` of the whole packument, which the shorter form does not have. https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md */

const AT_ONCE = 8;
const packument = z.looseObject({ time: z.record(z.string(), z.string()) });
/** Packuments of packages with thousands of versions have some ten million letters. */
const MOST_LETTERS = 100_000_000;
/** Asked once more when they are busy. */
const BUSY = new Set([429, 500, 502, 503, 504]);
const PAUSE_MS = 1_000;

/** Times by `keyOf`, milliseconds since 1970; what the registry does not know is left out. @throws ProblemError when a registry does not answer */
export async function npmTimes(list: readonly UsedPackage[], given: Given): Promise<ReadonlyMap<string, number>> {
  const byAddress = new Map<string, UsedPackage[]>();
  for (const one of list) {
    const address = addressOf(one, given.settings.npmRegistry);
    byAddress.set(address, [...(byAddress.get(address) ?? []), one]);
  }
  const until = given.clock.monotonic() + given.timeoutMs;
  const left = [...byAddress];
  const times = new Map<string, number>();
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [address, packages] = next;
      const known = await timesAt(address, given, until);
      for (const one of packages) {
        const time = Date.parse(known[one.version] ?? '');
        if (!Number.isNaN(time)) times.set(keyOf(one), time);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return times;
}

/** `https://host/path/name/-/name-1.0.0.tgz` → `https://host/path/name`. Packages of npm's own registry are asked for where it is configured. Pure. */
export function addressOf({ name, resolved }: Pick<UsedPackage, 'name' | 'resolved'>, registry: string): string {
  const path = name.replace('/', '%2f');
  const [, before] = /^(https?:\/\/.+?)\/-\//.exec(resolved ?? '') ?? [];
  const own = before === undefined || new URL(before).host === 'registry.npmjs.org';
  const end =
    before === undefined
      ? ''
      : [`/${name}`, `/${path}`].find((one) => before.toLowerCase().endsWith(one.toLowerCase()));
  if (own || end === undefined) return `${registry}/${path}`;
  return `${before.slice(0, before.length - end.length)}/${path}`;
}

async function timesAt(address: string, given: Given, until: number): Promise<Readonly<Record<string, string>>> {
  const { http, clock } = given;
  for (let attempt = 1; ; attempt += 1) {
    const timeoutMs = Math.min(30_000, Math.max(1, until - clock.monotonic()));
    const answer = await http.get(address, {
      timeoutMs,
      mostCharacters: MOST_LETTERS,
      headers: { accept: 'application/json' },
    });
    if (answer.kind === 'answer' && answer.status === 404) return {};
    if (answer.kind === 'answer' && answer.status === 200) return read(address, answer.body);
    const busy = answer.kind === 'no-answer' || BUSY.has(answer.status);
    if (attempt >= 2 || !busy || clock.monotonic() >= until) throw new ProblemError(silent(address, answer));
    await clock.sleep(PAUSE_MS);
  }
}

function read(address: string, body: string): Readonly<Record<string, string>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new GarbledOutput(`${address} answers with what is no JSON`);
  }
  const parsed = packument.safeParse(value);
  if (!parsed.success) throw new GarbledOutput(`${address} does not say when its versions came out`);
  return parsed.data.time;
}

function silent(
  address: string,
  answer:
    | { readonly kind: 'answer'; readonly status: number }
    | { readonly kind: 'no-answer'; readonly reason: string },
) {
  return {
    code: 'scan.registry-silent',
    where: address,
    found: answer.kind === 'answer' ? `status ${answer.status}` : answer.reason,
    expected: 'the times at which the versions of this package came out',
    remedy:
      'does this machine reach it? `scan.npmRegistry` names another; `scan.scanners.freshness: optional` lets a release go on without it',
  };
}
