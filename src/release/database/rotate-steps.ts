import { readFile } from 'node:fs/promises';
import { addPassword, isOf, keepPassword, pluginOf, readMark } from '../../database/index.ts';
import { type Effect, MADE_PASSWORD } from '../../model/effect.ts';
import { action, type DecideContext, type Node } from '../../procedure/index.ts';
import { dropFiles, QUICK_MS, replaceFile } from '../keys/files.ts';
import { inUse, odd } from './rotate-problems.ts';
import { asAdministrator, type Found, lookAtPasswords, olderOf, type Rotation, stateIn } from './rotate-work.ts';

/** What is done to passwords. Every step looks whether it is done already; until the last one both are let in. */

/** Makes a new one, lets it in beside the old one, and puts it behind the reference. */
export function beginNodes(work: Rotation): readonly Node[] {
  return [nextStep(work), keepStep(work), bothStep(work), switchStep(work), markStep(work), tidyStep(work, ['next'])];
}

/** Puts the old one behind the reference again; both are let in. */
export function backNodes(work: Rotation): readonly Node[] {
  return [backStep(work), markStep(work)];
}

/** Lets in only the one behind the reference. */
export function finishNodes(work: Rotation): readonly Node[] {
  return [finishStep(work), tidyStep(work, ['before', 'mark'])];
}

/** In a plan, what the steps before will have made is not there yet: the one password that there is has another one beside it by then. */
function toCome(found: Found, { mode }: DecideContext): boolean {
  return mode === 'plan' && stateIn(found) === 'one' && found.next === null;
}
const TO_COME = '<new password>';

/** The same connection string with a password that nobody has seen. A file that is there is never replaced, so a second try has the same one. */
function nextStep(work: Rotation): Node {
  const { files } = work;
  return action<{ readonly found: Found; readonly form: string }>({
    id: 'next',
    title: 'Make a new password',
    read: async () => ({ found: await lookAtPasswords(work), form: formOf(await readFile(files.own, 'utf8')) }),
    decide: ({ found, form }) =>
      stateIn(found) === 'one' && found.next === null
        ? {
            kind: 'do',
            effects: [{ kind: 'file', path: files.next, content: { made: form }, mode: 0o600, timeoutMs: QUICK_MS }],
          }
        : { kind: 'nothing', why: 'there is one' },
    probe: 'repeatable',
  });
}

/** A connection string of either form with `{password}` in the place of its password. Pure. */
export function formOf(text: string): string {
  const made = text.replace(
    /^(mysql:\/\/[^:@/]*:)[^@/]*(?=@)|^([^:@/]*:).*(?=@(?:tcp|unix)\()/,
    (_all, url: string | undefined, go: string | undefined) => `${url ?? go ?? ''}${MADE_PASSWORD}`,
  );
  if (made !== text) return made;
  throw new TypeError('a connection string with a password was looked for before');
}

function keepStep(work: Rotation): Node {
  const { own, before } = work.files;
  return action<Found>({
    id: 'keep',
    title: 'Keep the old one beside it',
    read: () => lookAtPasswords(work),
    decide: (found, ctx) =>
      (found.next ?? (toCome(found, ctx) ? TO_COME : null)) !== null &&
      found.own !== found.next &&
      found.before !== found.own
        ? { kind: 'do', effects: replace(work, own, before) }
        : { kind: 'nothing', why: 'it is kept' },
    probe: 'repeatable',
  });
}

function bothStep(work: Rotation): Node {
  const { engine, account, files, dsn } = work;
  const [next, old] = ['<new password>', '<old password>'];
  return action<Found>({
    id: 'both',
    title: 'Let both in',
    inputs: { user: account.user, from: account.from },
    read: () => lookAtPasswords(work),
    decide: (found, ctx) => {
      const { passwords, own } = found;
      const made = found.next ?? (toCome(found, ctx) ? TO_COME : null);
      if (passwords === null) return { kind: 'refuse', problems: [odd(account)] };
      if (passwords.second !== null) return { kind: 'nothing', why: 'it is so' };
      if (made === null || !isOf(passwords.current, own)) return { kind: 'refuse', problems: [odd(account)] };
      const effect: Effect = {
        ...{ kind: 'sql', dsn, statements: [addPassword(engine, account, next, old)], timeoutMs: QUICK_MS },
        lock: 'shiplock:database-users',
        verifiers: [
          { mark: next, dsn: { secret: `file:${files.next}` }, plugin: pluginOf(engine) },
          { mark: old, dsn: { secret: `file:${files.before}` }, plugin: pluginOf(engine) },
        ],
        why: 'the server is told what it keeps of them, not the passwords',
      };
      return { kind: 'do', effects: [effect] };
    },
    probe: 'repeatable',
    verify: async () => ((await lookAtPasswords(work)).passwords?.second == null ? [odd(account)] : []),
  });
}

function switchStep(work: Rotation): Node {
  const { own, next } = work.files;
  return action<Found>({
    id: 'switch',
    title: 'Put the new one behind the reference',
    inputs: { reference: work.secret },
    read: () => lookAtPasswords(work),
    decide: (found, ctx) =>
      (found.next === null || found.next === found.own) && !toCome(found, ctx)
        ? { kind: 'nothing', why: 'it is there' }
        : { kind: 'do', effects: replace(work, next, own) },
    probe: 'repeatable',
  });
}

function backStep(work: Rotation): Node {
  const { own, next, before } = work.files;
  return action<Found>({
    id: 'restore',
    title: 'Exchange the two',
    read: () => lookAtPasswords(work),
    decide: (found) =>
      found.before === null || found.before === found.own
        ? { kind: 'nothing', why: 'it is there' }
        : // What was new may still be in use somewhere, and is kept as the other one is.
          { kind: 'do', effects: [...replace(work, before, own), ...drop(work, [next])] },
    probe: 'repeatable',
  });
}

/** Behind the exchange: whoever was connected before it may have the other password. */
function markStep(work: Rotation): Node {
  return action<string>({
    id: 'mark',
    title: 'Write down which connections are open',
    read: async () => `${JSON.stringify(await asAdministrator(work, readMark))}\n`,
    decide: (content) => ({
      kind: 'do',
      effects: [{ kind: 'file', path: work.files.mark, content, mode: 0o600, timeoutMs: QUICK_MS }],
    }),
    probe: 'repeatable',
  });
}

function finishStep(work: Rotation): Node {
  const { engine, account, dsn, secret } = work;
  const mark = '<password behind the reference>';
  return action<{ readonly found: Found; readonly older: number | null }>({
    id: 'discard',
    title: 'Let the other one in no more',
    inputs: { user: account.user, from: account.from },
    read: async () => ({ found: await lookAtPasswords(work), older: await olderOf(work) }),
    decide: ({ found, older }, ctx) => {
      const isToCome = toCome(found, ctx);
      const state = isToCome ? 'both' : stateIn(found);
      if (state === 'one') return { kind: 'nothing', why: 'it is so' };
      if (state === 'odd') return { kind: 'refuse', problems: [odd(account)] };
      if (older !== 0 && ctx.mode === 'run') return { kind: 'refuse', problems: [inUse(account, older)] };
      const current = isToCome || isOf(found.passwords?.current ?? null, found.own);
      const statements = keepPassword(engine, account, mark, current);
      return {
        kind: 'do',
        effects: [
          {
            ...{ kind: 'sql', dsn, statements, lock: 'shiplock:database-users', timeoutMs: QUICK_MS },
            verifiers: [{ mark, dsn: { secret }, plugin: pluginOf(engine) }],
          },
        ],
      };
    },
    probe: 'repeatable',
    verify: async () => (stateIn(await lookAtPasswords(work)) === 'one' ? [] : [odd(account)]),
  });
}

function tidyStep(work: Rotation, names: readonly ('next' | 'before' | 'mark')[]): Node {
  return action<null>({
    id: 'tidy',
    title: 'Take away what nobody needs any more',
    inputs: { files: [...names] },
    read: async () => null,
    decide: () => ({
      kind: 'do',
      effects: drop(
        work,
        names.map((name) => work.files[name]),
      ),
    }),
    probe: 'repeatable',
  });
}

function replace({ files, service }: Rotation, from: string, to: string): readonly Effect[] {
  return replaceFile(service, files, from, to);
}

function drop({ service }: Rotation, paths: readonly string[]): readonly Effect[] {
  return dropFiles(service, paths);
}
