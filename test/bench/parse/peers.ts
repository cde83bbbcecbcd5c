import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheDir, makeOnce } from '../../../scripts/cache.ts';

/**
 * Other parsers of MySQL's SQL, from npm on first use into the user's cache: nothing of the product needs them. ts-mysql-parser 0.2.0 is
 * not among them, since its runtime (antlr4ts) fails to load: its modules import each other in a circle.
 */

const PACKAGES = ['dt-sql-parser@4.5.1', 'node-sql-parser@5.4.0'] as const;

export interface Peer {
  readonly name: string;
  /** Does it read the statement without an error? */
  readonly reads: (sql: string) => boolean;
}

type Callable = (this: unknown, ...values: readonly unknown[]) => unknown;
type Constructor = new (...values: readonly unknown[]) => unknown;

const method = z.custom<Callable>((value) => typeof value === 'function');
const constructable = z.custom<Constructor>((value) => typeof value === 'function');
const dtModule = z.object({ MySQL: constructable });
const nodeModule = z.object({ Parser: constructable });

/** dt-sql-parser imports directories, which Node refuses: it is bundled first. */
const FETCH = `set -e
mkdir -p "$1"; bundler="$2"; cd "$1"; shift 2; echo '{}' > package.json
npm install --ignore-scripts --no-audit --no-fund "$@"
echo "export { MySQL } from 'dt-sql-parser';" > entry.mjs
"$bundler" entry.mjs --file dt.mjs --platform node`;

/** All of them; none, with a line that says why, when npm has none. */
export async function parsePeers(): Promise<readonly Peer[]> {
  const target = cacheDir('parse-peers', 'v1');
  const bundler = join(import.meta.dirname, '../../../node_modules/.bin/rolldown');
  try {
    const onStart = (): void => void process.stderr.write('fetching other parsers (once) …\n');
    await makeOnce({ target, script: FETCH, args: [bundler, ...PACKAGES], onStart });
  } catch (error) {
    process.stderr.write(`no other parsers: ${error instanceof Error ? error.message : String(error)}\n`);
    return [];
  }
  const load = createRequire(join(target, 'package.json'));
  return [dtPeer(load('./dt.mjs')), nodePeer(load('node-sql-parser'))];
}

function dtPeer(loaded: unknown): Peer {
  const { MySQL } = dtModule.parse(loaded);
  const parser = new MySQL();
  // The method is one of its class, which the schema would leave behind.
  const validate = method.parse(Reflect.get(Object(parser), 'validate'));
  const errors = z.array(z.unknown());
  return { name: PACKAGES[0], reads: (sql) => errors.parse(validate.call(parser, sql)).length === 0 };
}

function nodePeer(loaded: unknown): Peer {
  const { Parser } = nodeModule.parse(loaded);
  const parser = new Parser();
  const astify = method.parse(Reflect.get(Object(parser), 'astify'));
  const reads = (sql: string): boolean => {
    try {
      astify.call(parser, sql, { database: 'MySQL' });
      return true;
    } catch {
      return false;
    }
  };
  return { name: PACKAGES[1], reads };
}
