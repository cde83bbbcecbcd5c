import { choose, seeded } from '../e2e/support/random.ts';
import { mariadb, mysql, type TestFamily } from './families.ts';
import { Ground, type How, type Point, type Straight, type Tried } from './migrate-kills.ts';

/** Which kills are tried, and what came of them. */

export const families: readonly TestFamily[] = [mariadb, mysql];

export interface SweepOptions {
  readonly hows: readonly (How | 'journal' | 'long' | 'runners')[];
  /** Undefined: all. */
  readonly points: number | undefined;
  readonly rows: number;
  readonly client: string;
  readonly seed: number;
  readonly log: (line: string) => void;
}

export interface Counted {
  readonly how: string;
  readonly tried: number;
  /** Killed before the run was over by itself. */
  readonly reached: number;
  readonly processes: number;
  readonly asked: number;
  readonly wrong: number;
}

/** Rows of the large table where only the order of statements matters. */
const FEW = 300;
/** Where a kill may come: inside statements that take at least so long. */
const LONG_MS = 20;
const LONG_TRIES = 40;

/** Both kinds of ground are opened only when something is tried on them. */
export async function sweepKills(family: TestFamily, options: SweepOptions): Promise<Counted[]> {
  const counted: Counted[] = [];
  const short = options.hows.filter((how): how is How | 'journal' => how !== 'long' && how !== 'runners');
  if (short.length > 0) {
    await using ground = new Ground(family, FEW);
    await ground.open(options.client);
    const straight = await ground.straight();
    options.log(`${straight.statements.length} statements that change something, ${straight.boundaries} boundaries`);
    for (const how of short) counted.push(await all(ground, how, pointsOf(how, straight, options), options));
  }
  if (options.hows.includes('runners')) {
    await using ground = new Ground(family, FEW);
    await ground.open(options.client);
    const tries: Tried[] = [];
    for (let at = 0; at < (options.points ?? 3); at += 1) tries.push(await ground.runners(20, 5));
    counted.push(count('runners', tries, options));
  }
  if (options.hows.includes('long')) {
    await using ground = new Ground(family, options.rows);
    await ground.open(options.client);
    counted.push(await all(ground, 'long', longPoints(await ground.straight(), options), options));
  }
  return counted;
}

async function all(ground: Ground, how: string, points: readonly Point[], options: SweepOptions): Promise<Counted> {
  const tries: Tried[] = [];
  for (const point of points) {
    const tried = await ground.kill(point);
    tries.push(tried);
    options.log(`${point.how} ${point.at} + ${point.afterMs} ms: ${triedText(tried)}`);
  }
  return count(how, tries, options);
}

function triedText({ statement, processes, asked, wrong }: Tried): string {
  const at = statement?.replace(/\s+/g, ' ').slice(0, 70) ?? 'not reached';
  const first = `${wrong.length === 0 ? 'same' : 'WRONG'}, ${processes} processes; ${at}`;
  return [first, ...asked.map((step) => `  asked: ${step}`), ...wrong].join('\n');
}

function count(how: string, tries: readonly Tried[], { log }: SweepOptions): Counted {
  if (how === 'runners') for (const tried of tries) log(`${how}: ${triedText(tried)}`);
  const sum = (figure: (tried: Tried) => number): number => tries.reduce((total, tried) => total + figure(tried), 0);
  return {
    how,
    tried: tries.length,
    reached: sum(({ statement }) => (statement === null ? 0 : 1)),
    processes: sum(({ processes }) => processes),
    asked: sum(({ asked }) => asked.length),
    wrong: sum(({ wrong }) => (wrong.length === 0 ? 0 : 1)),
  };
}

function pointsOf(how: How | 'journal', straight: Straight, { points, seed }: SweepOptions): readonly Point[] {
  const count = how === 'journal' ? straight.boundaries : straight.statements.length;
  const random = seeded(seed);
  const every = Array.from({ length: count }, (_, at): Point => ({ how, at, afterMs: 0 }));
  return choose(every, points, random).toSorted((a, b) => a.at - b.at);
}

/** Inside the statements that take their time, at moments that the seed chooses. */
function longPoints(straight: Straight, { points = LONG_TRIES, seed }: SweepOptions): readonly Point[] {
  const random = seeded(seed);
  const long = straight.statements.flatMap(({ ms }, at) => (ms >= LONG_MS ? [{ at, ms }] : []));
  const hows = ['tool-during', 'server-during'] as const;
  return Array.from({ length: points }, (_, index) => {
    const { at, ms } = long[Math.floor(random() * long.length)] ?? { at: 0, ms: 0 };
    return { how: hows[index % 2] ?? 'tool-during', at, afterMs: Math.floor(random() * ms) };
  });
}
