import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { portable } from './portable.ts';
import type { ResolvedComponent, ResolvedEnvironment, ResolvedGitops, ResolvedPlatform } from './types.ts';

/**
 * `sha256:…` over the RFC 8785 canonical form of all that shapes a release: everything resolved except people, promises, the order of
 * environments, who is told, what is backed up, and what runs beside it (owners, on-call, objectives, roles, promotion, announce, alerts, backup, system, certificates, logs), how many releases stay on a disk, the key
 * that signs commits, which is a machine's own, by which way a commit comes into git, and what is looked at before a build. Paths count relative to shiplock.yaml, secrets by their reference, so the hash is the
 * same on every machine and says nothing about their values.
 */
export function configHash(environment: ResolvedEnvironment): string {
  const {
    owners: _,
    onCall: _1,
    objectives: _2,
    roles: _3,
    announce: _4,
    promotion: _5,
    system: _6,
    backup: _7,
    certificates: _8,
    alerts: _9,
    logs: _10,
    gitops,
    ...shape
  } = portable(environment);
  const text = canonicalize({
    ...shape,
    components: Object.fromEntries(
      Object.entries(shape.components).map(([name, one]) => [name, one.kind === 'go' ? unchecked(one) : one]),
    ),
    platform: withoutKeeping(shape.platform),
    gitops: gitops === null ? null : unsigned(gitops),
  });
  if (text === undefined) throw new TypeError('a resolved environment is plain data');
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function unchecked({ checks: _, ...shape }: Extract<ResolvedComponent, { kind: 'go' }>): object {
  return shape;
}

function withoutKeeping(platform: ResolvedPlatform): object {
  if (platform.kind === 'kubernetes') return platform;
  const { keepReleases: _, ...shape } = platform;
  return shape;
}

function unsigned({ signingKey: _, by: _1, forge: _2, ...gitops }: ResolvedGitops): object {
  return gitops;
}
