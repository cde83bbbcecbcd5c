import { ProblemError } from '../../model/problem.ts';
import { addKeyEffect, removeKeyEffect } from '../../platform/ssh/keys.ts';
import { action, forEach, type Node, sequence } from '../../procedure/index.ts';
import { hostsNode } from '../environment/hosts.ts';
import { keepStep, tidyStep, wayBackStep } from './file-steps.ts';
import { dropFiles, here, QUICK_MS, replaceFile } from './files.ts';
import { confirmed, inspected, type RotateWords } from './gates.ts';
import { type HostKeys, type KeyFiles, type KeyHost, letInOn, logsIn, lookAtFiles, oldAndFresh } from './host-look.ts';
import { noneMade, notLetIn, stillLetIn } from './problems.ts';

/**
 * A new SSH key for the hosts of an environment. Each host lets both in until a person has confirmed that everybody has the new one; then each lets the
 * old one in no more, the first host alone. Every step looks whether it is done already; a host takes no key away where the other one is not let in.
 */

/** In a plan the new key is not there yet. */
const TO_COME = '<make.key>';

/** @param words what people are asked, and whom */
export function hostKeyNodes(work: HostKeys, words: RotateWords): readonly Node[] {
  const { hosts } = work.reach;
  const [first, ...rest] = hosts;
  if (first === undefined) throw new TypeError('without hosts it is refused before');
  const names = hosts.map(({ name }) => name).join(', ');
  return [
    hostsNode({ ...work.reach, exec: work.service.exec }, 'an exchange of keys'),
    lookStep(work),
    sequence({
      id: 'exchange',
      title: 'Exchange it while both are let in',
      steps: [
        makeStep(work),
        keepStep(work, () => lookAtFiles(work)),
        forEach({
          ...{ id: 'both', title: 'Let the new one in beside the old one', items: hosts },
          body: (host) => bothOn(work, host),
        }),
        switchStep(work),
        ...hosts.map((host) => provenStep(work, host, `uses-${host.name}`, 'own')),
        confirmed(
          words,
          `From then on hosts let the old one in no more: ${names}. Until then “no” takes the exchange back, and nobody is cut off.`,
        ),
      ],
      rollback: sequence({
        id: 'back',
        title: 'Use the old one again, and have the hosts forget the new one',
        steps: [backStep(work), ...hosts.map((host) => forgetStep(work, host)), tidyStep(work)],
      }),
    }),
    sequence({
      id: 'finish',
      title: 'Let in only the new one',
      steps: [
        discardOn(work, first),
        ...(rest.length === 0
          ? []
          : [
              inspected(words, first.name),
              forEach({
                ...{ id: 'rest', title: 'The other hosts', items: rest },
                body: (host) => discardOn(work, host),
              }),
            ]),
        tidyStep(work),
      ],
    }),
  ];
}

function lookStep(work: HostKeys): Node {
  return action<readonly string[]>({
    id: 'look',
    title: 'Look whether each host lets the key in by a file that can be written',
    inputs: { hosts: work.reach.hosts.map(({ name }) => name), file: work.files.own },
    read: async ({ signal }) => {
      const { old, fresh } = oldAndFresh(await lookAtFiles(work));
      const keys = [old, fresh].filter((key) => key !== null);
      const asked = await Promise.all(work.reach.hosts.map((host) => letInOn(work, host, keys, { signal })));
      return work.reach.hosts.filter((_host, at) => asked[at]?.includes(true) !== true).map(({ name }) => name);
    },
    decide: (strangers) =>
      strangers.length > 0
        ? { kind: 'refuse', problems: strangers.map((name) => notLetIn(name, work.files.own)) }
        : { kind: 'nothing', why: 'each of them does' },
    probe: 'repeatable',
  });
}

/** Under another name until it is whole; one that is there is never replaced, so a second try has the same one. */
function makeStep(work: HostKeys): Node {
  const { files, service, comment } = work;
  const part = `${files.next}.part`;
  const make = ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', part];
  return action<KeyFiles>({
    id: 'make',
    title: 'Make a new key',
    inputs: { file: files.next },
    read: () => lookAtFiles(work),
    decide: (found) =>
      oldAndFresh(found).fresh !== null
        ? { kind: 'nothing', why: 'there is one' }
        : {
            kind: 'do',
            effects: [
              ...dropFiles(service, [part, `${part}.pub`]),
              here(service, make),
              here(service, ['sync', '--', part]),
              here(service, ['mv', '-f', '--', part, files.next]),
              ...dropFiles(service, [`${part}.pub`]),
            ],
          },
    probe: 'repeatable',
    timeoutMs: 5 * QUICK_MS,
  });
}

function bothOn(work: HostKeys, host: KeyHost): Node {
  return sequence({
    id: host.name,
    title: `Let it in on ${host.name}, and log in with it`,
    steps: [bothStep(work, host), provenStep(work, host, 'proven', 'next')],
  });
}

function bothStep(work: HostKeys, host: KeyHost): Node {
  return action<{ readonly files: KeyFiles; readonly isIn: boolean }>({
    id: 'let-in',
    title: `Write it beside the old one on ${host.name}`,
    inputs: { host: host.name, comment: work.comment },
    read: async ({ signal }) => {
      const files = await lookAtFiles(work);
      const { fresh } = oldAndFresh(files);
      const [isIn = false] = fresh === null ? [] : await letInOn(work, host, [fresh], { signal });
      return { files, isIn };
    },
    decide: ({ files, isIn }, { mode }) => {
      if (isIn) return { kind: 'nothing', why: 'it is let in' };
      const { old, fresh } = oldAndFresh(files);
      const added = fresh ?? (mode === 'plan' ? TO_COME : null);
      if (old === null || added === null) return { kind: 'refuse', problems: [noneMade(work.files.next)] };
      return { kind: 'do', effects: [addKeyEffect({ host, reach: work.reach }, old, added, work.comment)] };
    },
    probe: 'repeatable',
    timeoutMs: HOST_MS,
  });
}

/** A login of its own with that file and nothing else: no open connection and no agent helps. */
function provenStep(work: HostKeys, host: KeyHost, id: string, which: 'own' | 'next'): Node {
  const file = work.files[which];
  return action<null>({
    id,
    title: `Log in to ${host.name} with the new key alone`,
    inputs: { host: host.name, file },
    read: async ({ mode, signal }) => {
      if (mode === 'run') await prove(work, host, file, signal);
      return null;
    },
    decide: () => ({ kind: 'nothing', why: 'it is let in' }),
    probe: 'repeatable',
    timeoutMs: HOST_MS,
  });
}

/** @throws ProblemError where it is not let in, or the file has another key than the new one */
async function prove(work: HostKeys, host: KeyHost, file: string, signal: AbortSignal): Promise<void> {
  const found = await lookAtFiles(work);
  const { fresh } = oldAndFresh(found);
  if (fresh === null || (file === work.files.own && found.own !== fresh)) throw new ProblemError(noneMade(file));
  const [isIn] = await letInOn(work, host, [fresh], { identityFile: file, signal });
  if (isIn !== true) throw new ProblemError(notLetIn(host.name, file));
}

/** The public half goes first: ssh offers what it says, and would not use another private key. Without it ssh asks the private key itself. */
function switchStep(work: HostKeys): Node {
  const { files, service } = work;
  return action<KeyFiles>({
    id: 'switch',
    title: 'Use the new one',
    inputs: { file: files.own },
    read: () => lookAtFiles(work),
    decide: (found, { mode }) => {
      const fresh = oldAndFresh(found).fresh ?? (mode === 'plan' ? TO_COME : null);
      if (fresh === null) return { kind: 'refuse', problems: [noneMade(files.next)] };
      if (found.own === fresh) return { kind: 'nothing', why: 'it is used' };
      return {
        kind: 'do',
        effects: [...dropFiles(service, [`${files.own}.pub`]), ...replaceFile(service, files, files.next, files.own)],
      };
    },
    probe: 'repeatable',
    timeoutMs: 6 * QUICK_MS,
  });
}

/** An earlier run may have begun to take the old one away from hosts. */
function backStep(work: HostKeys): Node {
  const { hosts } = work.reach;
  return wayBackStep(work, {
    title: 'Use the old one again',
    isThere: 'it is used',
    look: () => lookAtFiles(work),
    shut: async (before, signal) => {
      const asked = await Promise.all(hosts.map((host) => letInOn(work, host, [before], { signal })));
      return hosts.filter((_host, at) => asked[at]?.[0] !== true).map(({ name }) => name);
    },
    timeoutMs: 5 * QUICK_MS,
  });
}

/** A host that cannot be asked is left: nobody has the new key any more once its files are gone. */
function forgetStep(work: HostKeys, host: KeyHost): Node {
  return action<{ readonly files: KeyFiles; readonly isIn: boolean | null }>({
    id: `forget-${host.name}`,
    title: `Let the new one in no more on ${host.name}`,
    inputs: { host: host.name },
    read: async ({ signal }) => {
      const files = await lookAtFiles(work);
      if (files.next === null || files.own === files.next) return { files, isIn: false };
      try {
        const [isIn = false] = await letInOn(work, host, [files.next], { signal });
        return { files, isIn };
      } catch (error) {
        if (error instanceof ProblemError && error.problems.some(({ code }) => code === 'ssh.unreachable')) {
          return { files, isIn: null };
        }
        throw error;
      }
    },
    decide: ({ files: { own, next }, isIn }) => {
      if (isIn === null) return { kind: 'nothing', why: 'it does not answer; the new key itself is deleted here' };
      if (!isIn || own === null || next === null) return { kind: 'nothing', why: 'it is not let in' };
      return { kind: 'do', effects: [removeKeyEffect({ host, reach: work.reach }, next, own, 'new')] };
    },
    probe: 'repeatable',
    timeoutMs: HOST_MS,
  });
}

function discardOn(work: HostKeys, host: KeyHost): Node {
  return sequence({
    id: host.name,
    title: `Let the old one in no more on ${host.name}`,
    steps: [provenStep(work, host, 'proven', 'own'), discardStep(work, host)],
  });
}

function discardStep(work: HostKeys, host: KeyHost): Node {
  const { files, reach } = work;
  return action<{ readonly files: KeyFiles; readonly isIn: boolean }>({
    id: 'discard',
    title: `Take the old one away on ${host.name}`,
    description: 'Afterwards a login with the old key must be refused, and one with the new key let in.',
    inputs: { host: host.name },
    read: async ({ signal }) => {
      const found = await lookAtFiles(work);
      const { old } = oldAndFresh(found);
      const [isIn = false] = old === null ? [] : await letInOn(work, host, [old], { signal });
      return { files: found, isIn };
    },
    decide: ({ files: found, isIn }, { mode }) => {
      const { old, fresh } = oldAndFresh(found);
      if (!isIn) return { kind: 'nothing', why: 'it is not let in' };
      const kept = fresh ?? (mode === 'plan' ? TO_COME : null);
      if (old === null || kept === null) return { kind: 'refuse', problems: [noneMade(files.next)] };
      return { kind: 'do', effects: [removeKeyEffect({ host, reach }, old, kept, 'old')] };
    },
    probe: 'repeatable',
    timeoutMs: HOST_MS,
    verify: async ({ signal }) => {
      await prove(work, host, files.own, signal);
      const { old } = oldAndFresh(await lookAtFiles(work));
      const isIn = old !== null && (await logsIn(work, host, files.before, old, signal));
      return isIn ? [stillLetIn(host.name, 'the old key')] : [];
    },
  });
}

const HOST_MS = 90_000;
