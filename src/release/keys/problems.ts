import type { Problem } from '../../model/problem.ts';

/** Why a key is not exchanged, in words that a person can act on. Pure. */

export function noHosts(environment: string): Problem {
  return {
    code: 'keys.no-hosts',
    where: `environments.${environment}.platform`,
    found: 'no hosts that are reached over ssh',
    expected: '`kind: ssh`',
    remedy: '--key backup exchanges the password of backups',
  };
}

export function noIdentity(environment: string): Problem {
  return {
    code: 'keys.no-identity',
    where: `environments.${environment}.platform.identityFile`,
    found: 'nothing: keys of an agent, or the files that ssh takes by itself',
    expected: 'the file of the key by which hosts are reached',
    remedy: 'name it in `platform.identityFile`; a key that an agent holds is exchanged where it is kept',
  };
}

export function unreadableKey(path: string, found: string): Problem {
  return {
    code: 'keys.unreadable',
    where: path,
    found,
    expected: 'a private key of OpenSSH without a passphrase, readable for this user',
    remedy: 'mend `platform.identityFile`; a key with a passphrase, or of an agent, is exchanged where it is kept',
  };
}

export function notLetIn(host: string, file: string): Problem {
  return {
    code: 'keys.not-let-in',
    where: host,
    found: `an authorized_keys without the public half of ${file}`,
    expected: 'the key in authorized_keys of the user by whom the host is reached',
    remedy: 'look how the host lets it in (a certificate, a command, another file), and exchange it there',
  };
}

export function stillLetIn(where: string, what: string): Problem {
  return {
    code: 'keys.old-still-let-in',
    where,
    found: `${what} that was taken away, and is let in all the same`,
    expected: 'that it is refused',
    remedy: 'look for it in other files and rules by which this host or repository lets people in, then resume the run',
  };
}

export function noneMade(path: string): Problem {
  return {
    code: 'keys.none-made',
    where: path,
    found: 'no new one',
    expected: 'the new one, which an earlier step has made',
    remedy: 'nothing was taken away; begin a new run, which makes another',
  };
}

export function notFile(environment: string, reference: string): Problem {
  return {
    code: 'keys.not-file',
    where: `environments.${environment}.backup`,
    found: reference,
    expected: 'a password behind `file:`, which can be written from here',
    remedy: 'keep it in a file; or do it by hand: restic key add, change the secret, restic key remove',
  };
}

export function noSuchRepository(environment: string, given: string, known: readonly string[]): Problem {
  return {
    code: 'keys.no-such-repository',
    where: '--repository',
    found: given,
    expected: `one of ${known.join(', ')}`,
    remedy: `name it as \`environments.${environment}.backup\` has it`,
  };
}

export function opensNot(repository: string, file: string): Problem {
  return {
    code: 'keys.opens-not',
    where: repository,
    found: `a password in ${file} that opens no key of this repository`,
    expected: 'the password of this repository',
    remedy: 'put it there; without it nothing in this repository can be read by anybody',
  };
}

/** An earlier run has begun to take the old one away: what is used must be let in everywhere, so the new one stays. */
export function noWayBack(places: readonly string[]): Problem {
  return {
    code: 'keys.no-way-back',
    where: places.join(', '),
    found: 'a place that lets the old one in no more',
    expected: 'the old one let in everywhere, before it is used again',
    remedy: 'the new one stays in use, and is let in everywhere; begin a new run, and let it come to its end',
  };
}
