import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

/** What the proxy itself says of the shares, read beside the product and not through it. */

export interface Shares {
  /** The moments, milliseconds since 1970, between which the proxy answered. */
  readonly from: number;
  readonly to: number;
  /** Version → share of new requests by the weights in force; a server in maintenance or draining has none. */
  readonly shares: ReadonlyMap<string, number>;
}

const recordSchema = z.object({ version: z.string(), role: z.string(), port: z.number() });

/** Port → version, as the run files of the host have it, and of every host that it plays. */
async function tenants(host: string): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const root of await rootsOf(host)) {
    const dir = join(root, 'api', 'run');
    for (const name of await readdir(dir).catch(() => [])) {
      if (!name.endsWith('.json')) continue;
      const text = await readFile(join(dir, name), 'utf8').catch(() => '{}');
      const parsed = recordSchema.safeParse(JSON.parse(text));
      if (parsed.success && parsed.data.role === 'service') found.set(parsed.data.port, parsed.data.version);
    }
  }
  return found;
}

/** Root of a host, and those of the hosts that it plays. */
export async function rootsOf(host: string): Promise<readonly string[]> {
  const played = await readdir(join(host, 'hosts')).catch(() => []);
  return [host, ...played.toSorted().map((name) => join(host, 'hosts', name))];
}

function ask(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true }, () => socket.end(`${command}\n`));
    let text = '';
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

/** Rows of the CSV that `show stat` prints, by column name. */
function rows(csv: string): readonly ReadonlyMap<string, string>[] {
  const [head = '', ...lines] = csv.split('\n').filter((line) => line !== '');
  const columns = head.replace(/^# /, '').split(',');
  return lines.map((line) => new Map(line.split(',').map((cell, index) => [columns[index] ?? '', cell])));
}

/** null while no proxy answers. */
export async function lookAtShares(host: string, known: Map<number, string> = new Map()): Promise<Shares | null> {
  // Ports are used again: what the host said before the look holds for it, else what it says after.
  for (const [port, version] of await tenants(host)) known.set(port, version);
  const from = Date.now();
  const csv = await ask(join(host, 'haproxy', 'haproxy.sock'), 'show stat').catch(() => '');
  const to = Date.now();
  if (!csv.startsWith('# pxname')) return null;
  const weights = new Map<string, number>();
  for (const row of rows(csv)) {
    const name = row.get('svname') ?? '';
    if (name === 'BACKEND' || name === 'FRONTEND' || row.get('type') !== '2') continue;
    const weight = Number(row.get('weight'));
    if (/^(MAINT|DRAIN)/.test(row.get('status') ?? '') || !(weight > 0)) continue;
    const port = Number((row.get('addr') ?? '').split(':').at(-1));
    const version = known.get(port) ?? `port ${port}`;
    weights.set(version, (weights.get(version) ?? 0) + weight);
  }
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0);
  return { from, to, shares: new Map([...weights].map(([version, weight]) => [version, weight / sum])) };
}

export interface ProxyWatch {
  /** Ends the watching; every reading in order. */
  stop(): Promise<readonly Shares[]>;
}

/** Looks every `everyMs` until it is stopped. */
export function watchProxy(host: string, everyMs = 20): ProxyWatch {
  const readings: Shares[] = [];
  const known = new Map<number, string>();
  let going = true;
  const loop = (async () => {
    while (going) {
      const seen = await lookAtShares(host, known);
      if (seen !== null) readings.push(seen);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return {
    stop: async () => {
      going = false;
      await loop;
      return readings;
    },
  };
}
