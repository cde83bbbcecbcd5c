import { action, type Node } from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { dropFiles, QUICK_MS, replaceFile, type SecretFiles } from './files.ts';
import { noWayBack } from './problems.ts';

/** Steps on the files of a secret that is exchanged, whatever it opens. */

interface Work {
  readonly service: Pick<ServiceEnvironment, 'environment'>;
  readonly files: SecretFiles;
}

/** What the three files have; null: no file. */
type Found = { readonly [which in keyof SecretFiles]: string | null };

export function keepStep({ files, service }: Work, look: () => Promise<Found>): Node {
  return action<Found>({
    id: 'keep',
    title: 'Keep the old one beside it',
    inputs: { file: files.before },
    read: look,
    decide: ({ own, next, before }) =>
      own !== next && before !== own
        ? { kind: 'do', effects: replaceFile(service, files, files.own, files.before) }
        : { kind: 'nothing', why: 'it is kept' },
    probe: 'repeatable',
    timeoutMs: 5 * QUICK_MS,
  });
}

export interface WayBack {
  readonly title: string;
  /** Told where the old one is in its place. */
  readonly isThere: string;
  readonly look: () => Promise<Found>;
  /** Who does not take the old one. */
  readonly shut: (before: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly timeoutMs: number;
}

/** The old one in its place again; refused where somebody does not take it any more. */
export function wayBackStep({ files, service }: Work, { title, isThere, look, shut, timeoutMs }: WayBack): Node {
  return action<{ readonly isUsed: boolean; readonly shut: readonly string[] }>({
    id: 'restore',
    title,
    inputs: { file: files.own },
    read: async ({ signal }) => {
      const { own, next, before } = await look();
      if (own !== next || before === null) return { isUsed: true, shut: [] };
      return { isUsed: false, shut: await shut(before, signal) };
    },
    decide: (found) => {
      if (found.isUsed) return { kind: 'nothing', why: isThere };
      if (found.shut.length > 0) return { kind: 'refuse', problems: [noWayBack(found.shut)] };
      return { kind: 'do', effects: replaceFile(service, files, files.before, files.own) };
    },
    probe: 'repeatable',
    timeoutMs,
  });
}

/** The new one first: what is left by a run that dies in between is an old one that opens nothing. */
export function tidyStep({ files, service }: Work): Node {
  return action<null>({
    id: 'tidy',
    title: 'Take away what nobody needs any more',
    inputs: { files: [files.next, files.before] },
    read: async () => null,
    decide: () => ({ kind: 'do', effects: dropFiles(service, [files.next, files.before]) }),
    probe: 'repeatable',
  });
}
