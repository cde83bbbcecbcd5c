import type { Git } from './index.ts';

type Asked = 'commit' | 'log' | 'changed' | 'mergeBase' | 'isAncestor' | 'merges' | 'between';
type Said<K extends Asked> = Map<string, ReturnType<Git[K]>>;

/**
 * What git says of objects that are named in full never changes. For a sweep that makes hundreds of repositories out of the same objects, each of
 * these questions is asked once: starting git takes most of the time of such a sweep.
 */
export interface GitMemory {
  /** Commits that every repository has which asks this memory; of others nothing is remembered. */
  readonly everywhere: Set<string>;
  readonly commit: Said<'commit'>;
  readonly log: Said<'log'>;
  readonly changed: Said<'changed'>;
  readonly mergeBase: Said<'mergeBase'>;
  readonly isAncestor: Said<'isAncestor'>;
  readonly merges: Said<'merges'>;
  readonly between: Said<'between'>;
}

export function gitMemory(): GitMemory {
  return {
    everywhere: new Set(),
    commit: new Map(),
    log: new Map(),
    changed: new Map(),
    mergeBase: new Map(),
    isAncestor: new Map(),
    merges: new Map(),
    between: new Map(),
  };
}

const OBJECT = /^([0-9a-f]{40})\^\{(?:commit|object)\}$/;

export function remembering(git: Git, memory: GitMemory): Git {
  const { everywhere } = memory;
  const once = <T>(said: Map<string, T>, commits: readonly string[], more: string, ask: () => T): T => {
    if (!commits.every((commit) => everywhere.has(commit))) return ask();
    const key = [...commits, more].join(' ');
    const answer = said.get(key) ?? ask();
    said.set(key, answer);
    return answer;
  };
  return {
    ...git,
    async resolve(revision) {
      const [, commit = ''] = OBJECT.exec(revision) ?? [];
      return everywhere.has(commit) ? commit : git.resolve(revision);
    },
    commit: (sha) => once(memory.commit, [sha], '', () => git.commit(sha)),
    log: (range, options) =>
      once(memory.log, range.split('..'), `${range} ${JSON.stringify(options)}`, () => git.log(range, options)),
    changed: (before, after) => once(memory.changed, [before, after], '', () => git.changed(before, after)),
    mergeBase: (a, b) => once(memory.mergeBase, [a, b], '', () => git.mergeBase(a, b)),
    isAncestor: (a, b) => once(memory.isAncestor, [a, b], '', () => git.isAncestor(a, b)),
    merges: (a, b) => once(memory.merges, [a, b], '', () => git.merges(a, b)),
    between: (a, b) => once(memory.between, [a, b], '', () => git.between(a, b)),
  };
}
