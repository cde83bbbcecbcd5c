import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { distance } from 'fastest-levenshtein';
import { bundleOf, type Certificate, type Place, type Source } from '../../certificate/index.ts';
import type { ResolvedCertificate } from '../../config/certificates.ts';
import { nearest } from '../../model/json.ts';
import { LOCAL_HOST } from '../../model/platform.ts';
import { ProblemError } from '../../model/problem.ts';
import type { SshReach } from '../../platform/index.ts';
import { type LaidFile, type LayVerb, laidHere, localLayEffect, setOf } from '../../platform/lay.ts';
import { hostLayEffect, laidOn } from '../../platform/ssh/lay.ts';
import { healthAt, type ServiceOnHost, type System, tcpHealth } from '../../system/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { localResource, reachOf } from '../environment/system.ts';

/** The certificates of an environment with what reads and lays down their files. Looks at nothing yet. */

/** How long a service may take to read its files again. */
const RELOAD_MS = 60_000;

/**
 * @param name only this one; undefined: all of them
 * @throws ProblemError `certificate.none`, `certificate.unknown`
 */
export function openCertificates(service: ServiceEnvironment, system: System, name?: string): readonly Certificate[] {
  const { environment } = service;
  const all = environment.certificates ?? [];
  const meant = all.filter((one) => name === undefined || one.name === name);
  if (meant.length === 0)
    throw new ProblemError(
      none(
        environment.environment,
        all.map((one) => one.name),
        name,
      ),
    );
  const reach = environment.system === undefined ? null : reachOf(environment, environment.system);
  return meant.map((one) => certificateOf(service, one, system, reach));
}

function certificateOf(
  { environment, exec, baseDir }: ServiceEnvironment,
  settings: ResolvedCertificate,
  system: System,
  reach: SshReach | null,
): Certificate {
  const { name, names, days, renew, service, chain, key, ca, to } = settings;
  const resource = localResource(environment);
  const privileged = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const files: readonly Pick<LaidFile, 'to' | 'sources'>[] =
    to.kind === 'combined'
      ? [{ to: to.file, sources: [chain, key] }]
      : // The key first: a chain without its key is what a server stumbles over.
        [
          { to: to.key, sources: [key] },
          { to: to.chain, sources: [chain] },
        ];
  const laid = (digests: readonly string[]): readonly LaidFile[] =>
    files.map((file, at) => ({ ...file, digest: digests[at] ?? '', set: setOf(digests) }));
  const placeOf = (place: ServiceOnHost): Place => {
    const host = reach?.hosts.find((one) => one.name === place.host);
    const remote = place.host === LOCAL_HOST || host === undefined || reach === null ? null : { host, reach, exec };
    const effect = (verb: LayVerb) => (digests: readonly string[]) =>
      laid(digests).map((file) =>
        remote === null ? localLayEffect({ resource, privileged }, verb, file) : hostLayEffect(remote, verb, file),
      );
    return {
      host: place.host,
      at: addressOf(settings.connect, place.address),
      files: files.map((file) => file.to),
      laid: (signal) =>
        remote === null
          ? Promise.all(files.map((file) => laidHere(file.to)))
          : laidOn(
              remote,
              files.map((file) => file.to),
              signal,
            ),
      put: effect('put'),
      back: effect('back'),
      settle: effect('settle'),
      reload: () => place.control.reload?.(RELOAD_MS) ?? [],
    };
  };
  return {
    ...{ name, names, days, renew, service, resource, cwd: baseDir },
    chain: sourceOf(chain),
    key: sourceOf(key),
    ca: ca === null ? null : sourceOf(ca),
    places: (system.services.find((one) => one.name === service)?.on ?? []).map(placeOf),
    digestsOf: (one, other) =>
      (to.kind === 'combined' ? [bundleOf(one, other)] : [other, one].map(lineEnded)).map((text) =>
        createHash('sha256').update(text).digest('hex'),
      ),
    unknownDigests: files.map(() => '<pair.digest>'),
  };
}

/** As lay.sh counts a file: one line feed at its end. */
export function lineEnded(text: string): string {
  return `${text.replace(/\n+$/, '')}\n`;
}

function addressOf(connect: string, address: string): string {
  const health = healthAt(tcpHealth(connect), address);
  return health.kind === 'tcp'
    ? `${health.host.includes(':') ? `[${health.host}]` : health.host}:${health.port}`
    : connect;
}

/** A file of this machine. */
export function sourceOf(path: string): Source {
  return {
    path,
    async read() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        throw new ProblemError({
          code: 'certificate.unreadable',
          where: path,
          found: error instanceof Error ? error.message : String(error),
          expected: 'a file that this user may read',
          remedy: 'mend the path in `certificates:`, or the rights of the file',
        });
      }
    },
  };
}

function none(environment: string, names: readonly string[], name: string | undefined) {
  const close = name === undefined ? undefined : nearest(name, names, distance);
  return {
    code: name === undefined || names.length === 0 ? 'certificate.none' : 'certificate.unknown',
    where: name === undefined ? `environments.${environment}` : '--certificate',
    found: name ?? 'no `certificates:`',
    expected: names.length === 0 ? 'certificates in shiplock.yaml' : `one of ${names.join(', ')}`,
    remedy: close === undefined ? 'write `certificates:` as docs/certificates.md says' : `did you mean ${close}?`,
  };
}
