import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { judgePair, type PairFacts, signedBy, timeProblems } from '../../certificate/index.ts';
import type { Effect } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';

/**
 * An authority of one's own for the server of a database, and the pair that it signs for it: made by openssl, on the curve P-256. A private key is
 * written by openssl for its owner only and is never read into an effect. Each file appears whole, and what a killed run has begun is begun again.
 */

export interface AuthorityPlace {
  /** Certificate of the authority, PEM: `database.tls.ca`. */
  readonly ca: string;
  /** Directory of its key and of the newest pair. */
  readonly directory: string;
  readonly names: readonly string[];
  /** A certificate that ends sooner is made anew. */
  readonly days: number;
  readonly validity: number;
  readonly service: string;
  readonly resource: string;
}

export const pairFiles = ({ directory }: Pick<AuthorityPlace, 'directory'>) => ({
  chain: join(directory, 'server.pem'),
  key: join(directory, 'server-key.pem'),
});

export interface AuthorityState {
  /** Certificate of the authority, PEM; null: none yet. */
  readonly ca: string | null;
  readonly hasKey: boolean;
  /** The newest pair; null: there is none that can be read. */
  readonly facts: PairFacts | null;
  /** Why it cannot be used; empty: it is good. */
  readonly problems: readonly Problem[];
}

/** Only looks. @param now milliseconds since 1970 */
export async function lookAtAuthority(place: AuthorityPlace, now: number): Promise<AuthorityState> {
  const { chain: chainFile, key: keyFile } = pairFiles(place);
  const [ca, chain, key] = await Promise.all([place.ca, chainFile, keyFile].map(textOf));
  const hasKey = await stat(join(place.directory, 'ca-key.pem')).then(
    () => true,
    () => false,
  );
  const base = { ca: ca ?? null, hasKey };
  if (ca == null || chain == null || key == null) return { ...base, facts: null, problems: [noPair(place)] };
  const judged = judgePair(chain, key, { ...place, now, where: chainFile });
  const foreign = signedBy(chain, ca) ? [] : [otherAuthority(place, chainFile)];
  return judged.kind === 'unreadable'
    ? { ...base, facts: null, problems: judged.problems }
    : { ...base, facts: judged.facts, problems: [...judged.problems, ...foreign] };
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new ProblemError({
      code: 'database.tls-unreadable',
      where: file,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a file that this user may read',
      remedy: 'run it as the user whose file it is, such as root',
    });
  });
}

/** Effects that make the authority where it is not whole; none where it is. Pure. */
export function makeAuthority(place: AuthorityPlace, { ca, hasKey }: AuthorityState): readonly Effect[] {
  const { directory, resource, service } = place;
  const key = join(directory, 'ca-key.pem');
  const settings = join(directory, 'ca.cnf');
  const lines = [
    ...['[req]', 'prompt = no', 'distinguished_name = name', 'x509_extensions = authority'],
    ...['[name]', `CN = ${service} database authority`, '[authority]'],
    ...['basicConstraints = critical, CA:TRUE, pathlen:0', 'keyUsage = critical, keyCertSign, cRLSign'],
    ...['subjectKeyIdentifier = hash', ''],
  ];
  if (ca !== null) return [];
  return [
    command(resource, ['install', '-d', '-m', '0700', directory]),
    ...(hasKey ? [] : newKey(resource, key)),
    { kind: 'file', path: settings, content: lines.join('\n'), mode: 0o600, timeoutMs: QUICK_MS },
    command(resource, ['mkdir', '-p', dirname(place.ca)]),
    command(resource, [
      ...['openssl', 'req', '-x509', '-new', '-sha256', '-key', key, '-config', settings],
      ...['-days', String(AUTHORITY_DAYS), '-out', `${place.ca}.new`],
    ]),
    ...whole(resource, `${place.ca}.new`, place.ca),
  ];
}

/** Effects that make a new pair; the key is a new one each time. Pure. */
export function makePair(place: AuthorityPlace): readonly Effect[] {
  const { directory, resource, names, validity } = place;
  const { chain, key } = pairFiles(place);
  const settings = join(directory, 'server.cnf');
  const request = join(directory, 'server.csr');
  const lines = [
    ...['[req]', 'prompt = no', 'distinguished_name = name', '[name]', `CN = ${(names[0] ?? '').slice(0, 64)}`],
    ...['[server]', 'basicConstraints = critical, CA:FALSE', 'keyUsage = critical, digitalSignature'],
    ...['extendedKeyUsage = serverAuth', 'subjectKeyIdentifier = hash', 'authorityKeyIdentifier = keyid'],
    `subjectAltName = ${names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(', ')}`,
    '',
  ];
  return [
    ...newKey(resource, `${key}.next`),
    { kind: 'file', path: settings, content: lines.join('\n'), mode: 0o600, timeoutMs: QUICK_MS },
    command(resource, ['openssl', 'req', '-new', '-key', `${key}.next`, '-config', settings, '-out', request]),
    command(resource, [
      ...['openssl', 'x509', '-req', '-sha256', '-in', request, '-CA', place.ca],
      ...['-CAkey', join(directory, 'ca-key.pem'), '-CAserial', join(directory, 'ca.srl'), '-CAcreateserial'],
      ...['-days', String(validity), '-extfile', settings, '-extensions', 'server', '-out', `${chain}.new`],
    ]),
    // A key without its certificate is seen as such, and both are made again.
    command(resource, ['mv', '-f', `${key}.next`, key]),
    ...whole(resource, `${chain}.new`, chain),
  ];
}

/** Why no pair can be made here. Pure. */
export function cannotMake(place: AuthorityPlace, state: AuthorityState, now: number): readonly Problem[] {
  const { ca, hasKey } = state;
  if (ca === null) return [];
  if (!hasKey) return [noKey(place)];
  const { validFrom, validTo } = new X509Certificate(ca);
  const times = { notBefore: new Date(validFrom).toISOString(), notAfter: new Date(validTo).toISOString() };
  return timeProblems(times, { days: place.validity, now, where: place.ca });
}

const AUTHORITY_DAYS = 3650;
const QUICK_MS = 30_000;

function command(resource: string, argv: readonly string[]): Effect {
  return { kind: 'exec', argv, resource, timeoutMs: QUICK_MS };
}

/** openssl makes files of private keys for their owner only. */
function newKey(resource: string, file: string): readonly Effect[] {
  const curve = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  return [
    command(resource, ['openssl', 'genpkey', ...curve, '-out', `${file}.new`]),
    command(resource, ['chmod', '0600', `${file}.new`]),
    ...whole(resource, `${file}.new`, file),
  ];
}

function whole(resource: string, from: string, to: string): readonly Effect[] {
  return [command(resource, ['sync', from]), command(resource, ['mv', '-f', from, to])];
}

function noPair(place: AuthorityPlace): Problem {
  const { chain, key } = pairFiles(place);
  return {
    code: 'database.tls-no-pair',
    where: chain,
    found: `not all of ${place.ca}, ${chain} and ${key}`,
    expected: 'roots, certificate and key',
    remedy: 'give --create: an authority of your own is made, and a pair; or put the pair of another authority there',
  };
}

function otherAuthority({ ca }: AuthorityPlace, where: string): Problem {
  return {
    code: 'database.tls-other-authority',
    where,
    found: `a certificate that none of ${ca} has signed`,
    expected: 'a certificate that those trust who trust these roots',
    remedy: 'give --create for a new pair; or put the pair that this authority has signed there',
  };
}

function noKey({ ca, directory }: AuthorityPlace): Problem {
  return {
    code: 'database.tls-no-authority-key',
    where: join(directory, 'ca-key.pem'),
    found: `the roots ${ca}, and no key that could sign for them`,
    expected: 'both, or a pair that was made elsewhere',
    remedy: 'put the new pair (server.pem, server-key.pem) there; or run it where the key of the authority is kept',
  };
}
