import { readFile } from 'node:fs/promises';
import type { Repository } from '../../backup/index.ts';
import { MADE_PASSWORD } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { action, type Node, sequence } from '../../procedure/index.ts';
import { restic } from '../backup/restic.ts';
import { type BackupKeys, keyOf, opens, type Passwords, passwordsOf, withPasswordOf } from './backup-look.ts';
import { keepStep, tidyStep, wayBackStep } from './file-steps.ts';
import { QUICK_MS, replaceFile } from './files.ts';
import { confirmed, type RotateWords } from './gates.ts';
import { noneMade, opensNot, stillLetIn } from './problems.ts';

/**
 * A new password of restic's repositories: a key of its own beside the old one, whose key goes last. Commands name the files `*.previous` and `*.next`,
 * which keep what they have for the whole run, and never the one that is exchanged in between.
 */

/** @param words what people are asked, and whom */
export function backupKeyNodes(work: BackupKeys, words: RotateWords): readonly Node[] {
  const each = work.repositories.map((repository, at) => ({ repository, id: at === 0 ? 'one' : `one-${at + 1}` }));
  return [
    ...each.map(({ repository, id }) => lookStep(work, repository, `look-${id}`)),
    sequence({
      id: 'exchange',
      title: 'Exchange it while both open',
      steps: [
        makeStep(work),
        keepStep(work, () => passwordsOf(work)),
        ...each.flatMap(({ repository, id }) => [
          addStep(work, repository, `add-${id}`),
          provenStep(work, repository, `proven-${id}`),
        ]),
        switchStep(work),
        confirmed(
          words,
          'From then on the old one opens nothing any more. Until then “no” takes the exchange back, and nobody is cut off.',
        ),
      ],
      rollback: sequence({
        id: 'back',
        title: 'Put the old one behind its reference again, and take the new key away',
        steps: [
          backStep(work),
          ...each.map(({ repository, id }) => removeStep(work, repository, `forget-${id}`, 'next')),
          tidyStep(work),
        ],
      }),
    }),
    sequence({
      id: 'finish',
      title: 'Only the new one opens',
      steps: [
        ...each.flatMap(({ repository, id }) => [
          provenStep(work, repository, `opens-${id}`),
          removeStep(work, repository, `discard-${id}`, 'before'),
        ]),
        tidyStep(work),
      ],
    }),
  ];
}

function lookStep(work: BackupKeys, repository: Repository, id: string): Node {
  return action<boolean>({
    id,
    title: `Look whether the password opens ${repository.repository}`,
    inputs: { repository: repository.repository, file: work.files.own },
    read: async () => {
      const { own } = await passwordsOf(work);
      return own !== null && (await opens(work, repository, own));
    },
    decide: (isOpen) =>
      isOpen
        ? { kind: 'nothing', why: 'it does' }
        : { kind: 'refuse', problems: [opensNot(repository.repository, work.files.own)] },
    probe: 'repeatable',
    timeoutMs: RESTIC_MS,
  });
}

/** 192 bits of `node:crypto`. A file that is there is never replaced, so a second try has the same one. */
function makeStep(work: BackupKeys): Node {
  const { files } = work;
  return action<{ readonly found: Passwords; readonly text: string }>({
    id: 'make',
    title: 'Make a new password',
    inputs: { file: files.next },
    read: async () => ({ found: await passwordsOf(work), text: await readFile(files.own, 'utf8') }),
    decide: ({ found, text }) => {
      if (found.next !== null) return { kind: 'nothing', why: 'there is one' };
      const made = `${MADE_PASSWORD}${text.endsWith('\n') ? '\n' : ''}`;
      return {
        kind: 'do',
        effects: [{ kind: 'file', path: files.next, content: { made }, mode: 0o600, timeoutMs: QUICK_MS }],
      };
    },
    probe: 'repeatable',
  });
}

function addStep(work: BackupKeys, repository: Repository, id: string): Node {
  const { files } = work;
  return action<boolean>({
    id,
    title: `Make a key for it in ${repository.repository}`,
    inputs: { repository: repository.repository },
    read: async () => {
      const { next } = await passwordsOf(work);
      return next !== null && (await opens(work, repository, next));
    },
    decide: (isOpen) =>
      isOpen
        ? { kind: 'nothing', why: 'it opens one' }
        : {
            kind: 'do',
            effects: [
              restic(
                withPasswordOf(repository, files.before),
                ['key', 'add', '--new-password-file', files.next],
                `a key for the new password in ${repository.repository}`,
              ),
            ],
          },
    probe: 'repeatable',
    timeoutMs: RESTIC_MS,
  });
}

/** The new password alone reads the configuration of the repository, which is encrypted as everything in it is. */
function provenStep(work: BackupKeys, repository: Repository, id: string): Node {
  return action<null>({
    id,
    title: `Open ${repository.repository} with the new password alone`,
    inputs: { repository: repository.repository },
    read: async ({ mode }) => {
      if (mode === 'run') await prove(work, repository);
      return null;
    },
    decide: () => ({ kind: 'nothing', why: 'it opens' }),
    probe: 'repeatable',
    timeoutMs: RESTIC_MS,
  });
}

/** @throws ProblemError where it does not open, or there is none */
async function prove(work: BackupKeys, repository: Repository): Promise<void> {
  const { next } = await passwordsOf(work);
  if (next === null) throw new ProblemError(noneMade(work.files.next));
  if (!(await opens(work, repository, next))) {
    throw new ProblemError(opensNot(repository.repository, work.files.next));
  }
}

function switchStep(work: BackupKeys): Node {
  const { files, service } = work;
  return action<Passwords>({
    id: 'switch',
    title: 'Put the new one behind the reference',
    inputs: { file: files.own },
    read: () => passwordsOf(work),
    decide: ({ own, next }, { mode }) => {
      if (next === null && mode === 'run') return { kind: 'refuse', problems: [noneMade(files.next)] };
      return own === next
        ? { kind: 'nothing', why: 'it is there' }
        : { kind: 'do', effects: replaceFile(service, files, files.next, files.own) };
    },
    probe: 'repeatable',
    timeoutMs: 5 * QUICK_MS,
  });
}

/** An earlier run may have begun to take the old one away from repositories. */
function backStep(work: BackupKeys): Node {
  return wayBackStep(work, {
    title: 'Put the old one behind the reference again',
    isThere: 'it is there',
    look: () => passwordsOf(work),
    shut: async (before) => {
      const opened = await Promise.all(work.repositories.map((one) => opens(work, one, before)));
      const shut = work.repositories.filter((_one, at) => opened[at] !== true);
      return shut.map(({ repository }) => repository);
    },
    timeoutMs: RESTIC_MS,
  });
}

const TO_COME = { before: '<id of the old key>', next: '<id of the new key>' };

/** @param which whose key goes: restic removes it by its id, opened by the other password; it never removes the one that it was opened by */
function removeStep(work: BackupKeys, repository: Repository, id: string, which: 'before' | 'next'): Node {
  const { files } = work;
  const other = which === 'before' ? 'next' : 'before';
  const what = which === 'before' ? 'old' : 'new';
  return action<string | null>({
    id,
    title: `Take the key of the ${what} password away in ${repository.repository}`,
    description: `Afterwards the ${what} password must open nothing.`,
    inputs: { repository: repository.repository },
    read: async ({ mode }) => {
      if (mode === 'plan') return TO_COME[which];
      const found = await passwordsOf(work);
      const [goes, stays] = [found[which], found[other]];
      // Where the new one was never used, no second password is left to open it by, and no key of it is there.
      return goes === null || stays === null || goes === stays ? null : keyOf(work, repository, goes);
    },
    decide: (gone) => {
      if (gone === null) return { kind: 'nothing', why: 'it opens nothing' };
      const opened = withPasswordOf(repository, files[other]);
      return {
        kind: 'do',
        effects: [
          restic(opened, ['unlock'], 'locks of commands that are gone'),
          restic(opened, ['key', 'remove', gone], `the key of the ${what} password in ${repository.repository}`),
        ],
      };
    },
    probe: 'repeatable',
    timeoutMs: RESTIC_MS,
    verify: async () => {
      const { [which]: goes } = await passwordsOf(work);
      const isOpen = goes !== null && (await opens(work, repository, goes));
      return isOpen ? [stillLetIn(repository.repository, `the ${what} password`)] : [];
    },
  });
}

const RESTIC_MS = 600_000;
