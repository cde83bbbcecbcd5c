import { parseArgs } from 'node:util';
import { choose, seeded } from '../e2e/support/random.ts';
import { chosenValues, known, manifestsBelow, tryPlace, tryValue } from '../support/manifests/corpus.ts';
import { trials } from '../support/manifests/trial.ts';

/**
 * Exact edits of manifests. Generated files in many styles: in each one value is set and one key added; the generator knows which bytes may
 * differ and what must then be read. With --dir, values of the manifests below a directory (clones of public repositories) are set too.
 *   --files N   generated files (default: 12000)
 *   --seed N    of the first (default: 1)
 *   --dir DIR   manifests of others: every *.yaml, *.yml and *.json below it
 *   --values N  values of each of them (default: 12), and a third as many keys that are added
 * Exit codes: 0 all as promised · 1 a byte or a value beside the target changed, or more than 1 % refusals outside the listed classes
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { files: option, seed: option, dir: option, values: option } });
const whole = (text: string): number => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`"${text}" is no whole number`);
};

interface Sum {
  files: number;
  edits: number;
  exact: number;
  readonly listed: Map<string, number>;
  readonly other: Map<string, number>;
  faults: number;
  readonly ms: number[];
}
const nothing = (): Sum => ({ files: 0, edits: 0, exact: 0, listed: new Map(), other: new Map(), faults: 0, ms: [] });
const count = (map: Map<string, number>, key: string): void => {
  map.set(key, (map.get(key) ?? 0) + 1);
};

const generated = nothing();
const first = whole(values.seed ?? '1');
for (let seed = first; seed < first + whole(values.files ?? '12000'); seed += 1) {
  generated.files += 1;
  for (const trial of trials(seed)) {
    generated.edits += 1;
    generated.ms.push(trial.ms);
    if (trial.outcome === 'exact') generated.exact += 1;
    else count(trial.listed ? generated.listed : generated.other, trial.code ?? '');
    for (const fault of trial.faults) {
      generated.faults += 1;
      console.log(`FAULT seed ${seed}, ${trial.kind} ${fault}`);
    }
  }
  if (generated.files % 2000 === 0) console.log(`generated: ${text(generated)}`);
}
if (generated.files % 2000 !== 0) console.log(`generated: ${text(generated)}`);

const found = nothing();
let unreadable = 0;
let seen = 0;
for (const file of values.dir === undefined ? [] : manifestsBelow(values.dir)) {
  const before = known(file.text);
  seen += 1;
  if (before === undefined) {
    unreadable += 1;
    continue;
  }
  found.files += 1;
  const wish = seen % 2 === 0 ? '1.10' : 'v9.9.9-shiplock';
  const most = whole(values.values ?? '12');
  const tries = [
    ...chosenValues(before, first + seen, most).map((one) => ({
      ...one,
      run: () => tryValue(file, before, one, wish),
    })),
    ...choose(before.places, Math.ceil(most / 3), seeded(seen)).map((one) => ({
      ...one,
      run: () => tryPlace(file, before, one, wish),
    })),
  ];
  for (const { path, listed, run } of tries) {
    const start = performance.now();
    const tried = run();
    found.ms.push(performance.now() - start);
    found.edits += 1;
    if (tried.outcome === 'exact') found.exact += 1;
    else count(listed === undefined ? found.other : found.listed, tried.code ?? '');
    if (tried.outcome === 'refused' && listed === undefined) console.log(`refused ${tried.code} ${file.path} ${path}`);
    for (const fault of tried.faults) {
      found.faults += 1;
      console.log(`FAULT ${file.path} ${path}: ${fault}`);
    }
  }
}
if (values.dir !== undefined) {
  console.log(`${values.dir}: ${text(found)} · ${unreadable} of ${seen} files left out: no YAML (templates), or empty`);
}

const sound = [generated, found].every(({ faults, other, edits }) => faults === 0 && total(other) <= 0.01 * edits);
process.exitCode = sound ? 0 : 1;

function total(map: ReadonlyMap<string, number>): number {
  return [...map.values()].reduce((sum, one) => sum + one, 0);
}

function text({ files, edits, exact, listed, other, faults, ms }: Sum): string {
  const times = ms.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
  const codes = (map: ReadonlyMap<string, number>): string =>
    total(map) === 0 ? '' : ` (${[...map].map(([code, n]) => `${code} ${n}`).join(', ')})`;
  return [
    `${files} files, ${edits} edits`,
    `${exact} exact`,
    `${total(listed)} refused from the list${codes(listed)}`,
    `${total(other)} refused otherwise${codes(other)}`,
    `${faults} faults`,
    `${at(0.5)} ms median, ${at(0.99)} ms p99, ${at(1)} ms longest`,
  ].join(' · ');
}
