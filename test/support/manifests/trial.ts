import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';
import { parseAllDocuments } from 'yaml';
import { setValue } from '../../../src/gitops/index.ts';
import { seeded } from '../../e2e/support/random.ts';
import { inserted } from './corpus.ts';
import { type Data, manifest, pick, type Random } from './data.ts';
import { type Rendered, Renderer, type Spot, type Target } from './render.ts';

/**
 * One generated file, one value set and one key added. What must come out is known from the generator alone: which bytes may differ,
 * and what two readers must then see. The product's own check is not asked.
 */
export interface Trial {
  readonly seed: number;
  readonly kind: 'set' | 'add';
  readonly outcome: 'exact' | 'refused';
  /** Of a refusal. */
  readonly code?: string;
  /** The refusal is for a reason on the list of docs/manifests.md. */
  readonly listed: boolean;
  /** What must not be; empty. */
  readonly faults: readonly string[];
  readonly ms: number;
}

const STRINGS = [
  'v2.0.0',
  '1.10',
  '0123',
  '1e3',
  'yes',
  'NO',
  'null',
  '~',
  '2026-11-21',
  '0x1f',
  '12:30:45',
  'a: b',
  'a #b',
  '- x',
  '"q"',
  "it's",
  '',
  ' s ',
  'x,y',
  '{a}',
  '*a',
  '&a',
  '!t',
  '%p',
  '@a',
  '`a',
  'é ✓ 😀',
  'tab\there',
  'two\nlines',
  '\u2028',
  '\u0085',
  `r.io/a/b:1.2@sha256:${'ab'.repeat(32)}`,
  '---',
  '...',
  '<<',
  '=',
  'a:',
  '-',
  '?',
  ':',
];
const NUMBERS = ['7', '0', '-1', '0.25', '12345678'];

export function rendered(seed: number): Rendered {
  const random = seeded(seed);
  const renderer = new Renderer(random);
  if (random() < 0.2) return renderer.json(manifest(random));
  const count = random() < 0.3 ? 2 + Math.floor(random() * 4) : 1;
  return renderer.yaml(Array.from({ length: count }, () => manifest(random)));
}

export function trials(seed: number): readonly Trial[] {
  const file = rendered(seed);
  const random = seeded(seed + 1_000_000_000);
  const before = loadAll(file.text, { json: true });
  if (file.format === 'yaml' && !isDeepStrictEqual(before, file.documents))
    throw new Error(`seed ${seed}: the generator does not write what it means`);
  return [setOne(seed, file, pick(random, file.targets), random), addOne(seed, file, pick(random, file.spots), random)];
}

function setOne(seed: number, file: Rendered, target: Target, random: Random): Trial {
  const { value: there } = target;
  const kind = typeof there === 'number' || typeof there === 'boolean' ? typeof there : 'string';
  const wish =
    kind === 'number'
      ? pick(random, NUMBERS)
      : kind === 'boolean'
        ? pick(random, ['true', 'false'])
        : pick(random, STRINGS);
  // `null` stays null where null stands; otherwise the words of the user are a text.
  const expected: Data =
    kind === 'number'
      ? Number(wish)
      : kind === 'boolean'
        ? wish === 'true'
        : there === null && wish === 'null' && target.end > target.start
          ? null
          : wish;
  const faults: string[] = [];
  const start = performance.now();
  const result = setValue(
    file.text,
    { path: target.path, value: wish, document: target.document + 1, format: file.format },
    'f',
  );
  const ms = performance.now() - start;
  if (!result.ok)
    return {
      seed,
      kind: 'set',
      outcome: 'refused',
      code: result.problems[0]?.code ?? '',
      listed: target.listed !== undefined,
      faults,
      ms,
    };
  const { text } = result.value;
  if (target.listed !== undefined) faults.push(`${target.path}: ${target.listed} was edited`);
  if (
    !text.startsWith(file.text.slice(0, target.start)) ||
    !text.endsWith(file.text.slice(target.end)) ||
    text.length < file.text.length - (target.end - target.start)
  ) {
    faults.push(`${target.path}: bytes beside the target changed`);
  }
  faults.push(...misread(text, file, target, expected, (data) => put(data, target.keys, () => expected)));
  return { seed, kind: 'set', outcome: 'exact', listed: false, faults, ms };
}

function addOne(seed: number, file: Rendered, spot: Spot, random: Random): Trial {
  const wish = pick(random, STRINGS);
  const name = pick(random, ['added', 'example.org/added', 'on', '8.0', 'a b']);
  const deep = random() < 0.3;
  const path = `${spot.path}${deep ? `${spot.path === '' ? '' : '.'}between` : ''}[${JSON.stringify(name)}]`;
  const faults: string[] = [];
  const start = performance.now();
  const result = setValue(file.text, { path, value: wish, document: spot.document + 1, format: file.format }, 'f');
  const ms = performance.now() - start;
  if (!result.ok)
    return {
      seed,
      kind: 'add',
      outcome: 'refused',
      code: result.problems[0]?.code ?? '',
      listed: spot.listed !== undefined,
      faults,
      ms,
    };
  const { text } = result.value;
  if (spot.listed !== undefined) faults.push(`${path}: ${spot.listed} got a key`);
  if (!inserted(file.text, text)) faults.push(`${path}: more than an insertion`);
  const added: Data = deep ? { between: { [name]: wish } } : { [name]: wish };
  const change = (data: Data): Data =>
    put(data, spot.keys, (there) => ({ ...(typeof there === 'object' && there !== null ? there : {}), ...added }));
  faults.push(
    ...misread(text, file, { ...spot, keys: [...spot.keys, ...(deep ? ['between'] : []), name] }, wish, change),
  );
  return { seed, kind: 'add', outcome: 'exact', listed: false, faults, ms };
}

interface Place {
  readonly document: number;
  readonly keys: readonly (string | number)[];
}

/** What js-yaml and a reader of YAML 1.1 see in the new text, beside what they should see. */
function misread(
  text: string,
  file: Rendered,
  place: Place,
  expected: Data,
  change: (data: Data) => Data,
): readonly string[] {
  const wanted = file.documents.map((data, index) => (index === place.document ? change(data) : data));
  const faults: string[] = [];
  const order = (data: unknown): string => JSON.stringify(data);
  if (file.format === 'json') {
    const seen: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return order(seen) === order(wanted[0]) ? [] : ['JSON.parse reads something else'];
  }
  if (order(loadAll(text, { json: true })) !== order(wanted)) faults.push('js-yaml reads something else');
  for (const version of ['1.1', '1.2'] as const) {
    const parsed = parseAllDocuments(text.replace('%YAML 1.2', '# directive'), {
      version,
      uniqueKeys: false,
      merge: false,
    });
    const document = 'empty' in parsed ? undefined : parsed[place.document];
    const seen: unknown = document?.getIn(place.keys, false);
    if (seen !== expected) faults.push(`YAML ${version} reads ${order(seen)} instead of ${order(expected)}`);
  }
  return faults;
}

function put(data: Data, keys: readonly (string | number)[], change: (there: Data) => Data): Data {
  const [key, ...rest] = keys;
  if (key === undefined) return change(data);
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((item: Data, index) => (index === key ? put(item, rest, change) : item));
  return Object.fromEntries(
    Object.entries(data).map(([name, item]) => [name, name === key ? put(item, rest, change) : item]),
  );
}
