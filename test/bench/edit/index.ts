import { parseArgs } from 'node:util';
import { parseImage, setKustomizeImage, setValue } from '../../../src/gitops/index.ts';
import { choose, seeded } from '../../e2e/support/random.ts';
import {
  type FoundFile,
  judge,
  type Known,
  known,
  manifestsBelow,
  type Value,
} from '../../support/manifests/corpus.ts';
import { kustomization } from '../../support/manifests/data.ts';
import { Renderer } from '../../support/manifests/render.ts';
import { rendered } from '../../support/manifests/trial.ts';
import type { Figure } from '../support/figure.ts';
import { type Job, type Made, peerPath, withKustomize, withUpdater, withYq } from './peers.ts';

/**
 * One value of each file set by `shiplock gitops set`, by yq, by the rule of Argo CD Image Updater, and image tags by `kustomize edit`: how
 * many files come out with bytes changed beside the target. Arguments: --files N generated ones (default 1000), --dir DIR manifests of others.
 */
export async function editBench(words: readonly string[]): Promise<readonly Figure[]> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...words], options: { files: option, dir: option } });
  const count = Number(values.files ?? '1000');
  const generated = Array.from({ length: count }, (_, index): FoundFile => {
    const { text, format } = rendered(index + 1);
    return { path: `${index + 1}.${format}`, text };
  });
  const sets: (readonly [name: string, cases: readonly Case[]])[] = [['generated', cases(generated)]];
  if (values.dir !== undefined) sets.push([values.dir.replace(/.*\//, ''), cases([...manifestsBelow(values.dir)])]);
  const figures: Figure[] = [];
  for (const [name, all] of sets) figures.push(...(await compare(name, all)));
  return [...figures, ...(await compareKustomize(Math.ceil(count / 5)))];
}

interface Case {
  readonly file: FoundFile;
  readonly before: Known;
  readonly value: Value;
  readonly job: Job;
}

const WISH = 'v9.9.9-shiplock';

/** One string of each file that can be edited at all: an image or a version where there is one. */
function cases(files: readonly FoundFile[]): readonly Case[] {
  const random = seeded(7);
  return files.flatMap((file) => {
    const before = known(file.text);
    const strings =
      before?.values.filter(({ string, listed, start, end }) => string && listed === undefined && end > start) ?? [];
    const usual = strings.filter(({ keys }) =>
      /^(?:image|tag|newTag|version|targetRevision)$/.test(String(keys.at(-1))),
    );
    const [value] = choose(usual.length > 0 ? usual : strings, 1, random);
    if (before === undefined || value === undefined) return [];
    const format = file.path.endsWith('.json') ? ('json' as const) : ('yaml' as const);
    return [
      {
        file,
        before,
        value,
        job: { text: file.text, format, document: value.document, keys: value.keys, value: WISH },
      },
    ];
  });
}

async function compare(name: string, all: readonly Case[]): Promise<readonly Figure[]> {
  const ours = tally(
    all,
    all.map(({ file, value }) => {
      const done = setValue(
        file.text,
        { path: value.path, value: WISH, document: value.document + 1, type: 'string' },
        file.path,
      );
      return done.ok ? { text: done.value.text } : { error: done.problems[0]?.code ?? '' };
    }),
  );
  const yq = await peerPath('yq');
  const byYq: Made[] = [];
  for (const { job } of all) byYq.push(await withYq(yq, job));
  const single = all.filter(({ before, job }) => before.data.length === 1 && job.format === 'yaml');
  const byUpdater = tally(
    single,
    await withUpdater(
      await peerPath('updater'),
      single.map(({ job }) => job),
    ),
  );
  return [
    figure(`${name}: shiplock gitops set`, ours, true),
    figure(`${name}: yq 4.47.2`, tally(all, byYq), false),
    figure(`${name}: Image Updater's rule, files of one YAML document`, byUpdater, false),
  ];
}

interface Tally {
  readonly files: number;
  readonly exact: number;
  /** The right data, and bytes changed beside the target. */
  readonly bytes: number;
  /** A reader of YAML 1.2 sees more or something else than what was asked. */
  readonly data: number;
  readonly refused: number;
}

function tally(all: readonly Case[], made: readonly Made[], same?: (data: unknown) => unknown): Tally {
  const ends = all.map(({ file, before, value }, index) => {
    const one = made[index];
    if (one === undefined || 'error' in one) return 'refused';
    const faults = judge(file.text, one.text, before, value, WISH, same);
    return faults.some((fault) => fault !== 'bytes') ? 'data' : faults.length > 0 ? 'bytes' : 'exact';
  });
  const of = (end: string): number => ends.filter((one) => one === end).length;
  return { files: all.length, exact: of('exact'), bytes: of('bytes'), data: of('data'), refused: of('refused') };
}

function figure(name: string, { files, exact, bytes, data, refused }: Tally, promised: boolean): Figure {
  const value = `${files} files: ${exact} exact, ${bytes} with bytes changed beside the target, ${data} with other data, ${refused} refused`;
  if (!promised) return { name, value, met: null };
  return {
    name,
    value,
    target: '0 beside the target, ≤ 1 % refused',
    met: bytes + data === 0 && refused <= 0.01 * files,
  };
}

/** The tag of one image of a kustomization. */
async function compareKustomize(count: number): Promise<readonly Figure[]> {
  const kustomize = await peerPath('kustomize');
  const all: Case[] = [];
  const [ours, theirs]: [Made[], Made[]] = [[], []];
  for (let seed = 1; seed <= count; seed += 1) {
    const random = seeded(seed);
    const { text } = new Renderer(random).yaml([kustomization(random)]);
    const before = known(text);
    const value = before?.values.find(({ keys }) => keys.join('.') === 'images.0.newTag');
    if (before === undefined || value === undefined || value.listed !== undefined) continue;
    all.push({
      file: { path: 'kustomization.yaml', text },
      before,
      value,
      job: { text, format: 'yaml', document: 0, keys: value.keys, value: WISH },
    });
    const done = setKustomizeImage(text, 'app', { newTag: WISH }, 'kustomization.yaml');
    ours.push(done.ok ? { text: done.value.text } : { error: done.problems[0]?.code ?? '' });
    theirs.push(await withKustomize(kustomize, text, 'app', parseImage(`app:${WISH}`)?.tag ?? ''));
  }
  return [
    figure('generated kustomizations: setKustomizeImage', tally(all, ours), true),
    figure('generated kustomizations: kustomize edit set image 5.7.1', tally(all, theirs, sortedImages), false),
  ];
}

/** kustomize sorts the images; their order means nothing. */
function sortedImages(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('images' in data) || !Array.isArray(data.images)) return data;
  return {
    ...data,
    images: data.images.map((one: unknown) => JSON.stringify(Object.entries(one ?? {}).toSorted())).toSorted(),
  };
}
