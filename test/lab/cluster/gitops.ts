import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { command } from '../../../scripts/testing/command.ts';
import { GITOPS, type Manifest, objects, render } from '../manifests/check.ts';
import { must } from './namespaces.ts';

/** A repository of one's own that holds this project's gitops/, as Argo CD of the lab may read it. */
export interface GitopsRepository {
  /** The bare one, and its address for Argo CD. */
  readonly bare: string;
  readonly url: string;
  readonly work: string;
  /** Changes one file of the working copy by its text, commits and pushes; gives the commit. */
  change(file: string, edit: (text: string) => string): Promise<string>;
  /** Makes the last commit undone by another one. */
  revert(): Promise<string>;
  head(): Promise<string>;
  /** Rendered objects of gitops/argocd for this repository. */
  argocd(): Promise<readonly Manifest[]>;
}

export async function openGitopsRepository(dir: string): Promise<GitopsRepository> {
  const bare = join(dir, 'gitops.git');
  const work = join(dir, 'work');
  const git = async (...args: readonly string[]): Promise<string> => {
    const as = ['-c', 'user.name=Lab', '-c', 'user.email=lab@localhost'];
    const ended = await command(['git', '-C', work, ...as, ...args], { cwd: dir, live: false });
    if (ended.code !== 0) throw new Error(`git ${args.join(' ')}: ${ended.output}`);
    return ended.output.trim();
  };
  await mkdir(dir, { recursive: true });
  await must(['git', 'init', '-q', '--bare', '-b', 'main', bare]);
  await must(['git', 'init', '-q', '-b', 'main', work]);
  await cp(GITOPS, join(work, 'gitops'), { recursive: true });
  const url = `file://${bare}`;
  const edit = async (file: string, by: (text: string) => string): Promise<void> => {
    const path = join(work, 'gitops', file);
    const before = await readFile(path, 'utf8');
    const after = by(before);
    if (after === before) throw new Error(`${file} did not change`);
    await writeFile(path, after);
  };
  const push = async (message: string): Promise<string> => {
    await git('add', '-A');
    await git('commit', '-qm', message);
    return publish();
  };
  const publish = async (): Promise<string> => {
    await git('push', '-q', url, 'HEAD:main');
    return git('rev-parse', 'HEAD');
  };
  await edit('argocd/repository.yaml', (text) => text.replace(/address: .*/, `address: ${url}`));
  await push('as it stands');
  return {
    bare,
    url,
    work,
    change: async (file, by) => {
      await edit(file, by);
      return push(`change ${file}`);
    },
    revert: async () => {
      await git('revert', '--no-edit', 'HEAD');
      return publish();
    },
    head: () => git('rev-parse', 'HEAD'),
    argocd: async () => objects(await render(join(work, 'gitops', 'argocd'))),
  };
}

const listed = z.object({
  generators: z.tuple([z.object({ list: z.object({ elements: z.array(z.record(z.string(), z.string())) }) })]),
});

/** Of ApplicationSets those that are named, each with only those parts or environments that fit; all else as it is. */
export function onlyElements(all: readonly Manifest[], kept: ReadonlyMap<string, RegExp>): readonly Manifest[] {
  return all.flatMap((one) => {
    if (one.kind !== 'ApplicationSet') return [one];
    const names = kept.get(one.metadata.name);
    if (names === undefined) return [];
    const spec = z.looseObject({}).parse(one['spec']);
    const [{ list }] = listed.parse(spec).generators;
    const elements = list.elements.filter((element) => names.test(element['part'] ?? element['environment'] ?? ''));
    return [{ ...one, spec: { ...spec, generators: [{ list: { elements } }] } }];
  });
}

/** An overlay with other digests, by the name of the image. */
export function withDigests(text: string, images: Readonly<Record<string, string>>): string {
  return Object.entries(images).reduce(
    (so, [image, to]) => so.replace(new RegExp(`(certkeeper/${image}\\n    digest: )\\S+`), `$1${to}`),
    text,
  );
}
