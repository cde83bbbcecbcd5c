import { distance } from 'fastest-levenshtein';
import type { CertificatesConfig } from '../certificate/config.ts';
import { nearest } from '../model/json.ts';
import type { Complaint } from '../model/scalars.ts';
import type { EnvironmentSettings } from './schema.ts';

/** Certificates of an environment: what is checked across fragments, and what they are once they are ready to be used. */

export interface ResolvedCertificate {
  readonly name: string;
  readonly names: readonly string[];
  /** On this machine, absolute. */
  readonly chain: string;
  readonly key: string;
  /** Null: somebody brings the pair. */
  readonly renew: readonly string[] | null;
  /** On each host of the service. */
  readonly to:
    | { readonly kind: 'combined'; readonly file: string }
    | { readonly kind: 'apart'; readonly chain: string; readonly key: string };
  /** Of `system.services`. */
  readonly service: string;
  /** `{host}` is put in where it is asked. */
  readonly connect: string;
  readonly ca: string | null;
  readonly days: number;
}

interface Fit {
  readonly text: (text: string) => string;
  readonly path: (path: string) => string;
}

/** Pure. */
export function resolveCertificates(
  certificates: CertificatesConfig,
  { text, path }: Fit,
): readonly ResolvedCertificate[] {
  return Object.entries(certificates).map(([name, { names, from, to, service, connect, ca, days }]) => ({
    ...{ name, names, service, connect, days },
    chain: path(from.chain),
    key: path(from.key),
    renew: from.renew?.map(text) ?? null,
    to:
      to.combined === undefined
        ? { kind: 'apart', chain: to.chain ?? '', key: to.key ?? '' }
        : { kind: 'combined', file: to.combined },
    ca: ca === undefined ? null : path(ca),
  }));
}

/** The service that serves it must be there, and be able to read its files again. */
export function certificateChecks({ certificates = {}, system }: EnvironmentSettings): readonly Complaint[] {
  const services = Object.keys(system?.services ?? {});
  return Object.entries(certificates).flatMap(([name, { service }]) => {
    const found = system?.services[service];
    const at = ['certificates', name, 'service'];
    if (found === undefined) {
      const close = nearest(service, services, distance);
      return [
        {
          path: at,
          code: 'config.certificate-service',
          found: `\`${service}\`, which is no service of \`system:\``,
          expected:
            services.length === 0 ? 'a `system:` with the service that serves it' : `one of ${services.join(', ')}`,
          remedy: close === undefined ? 'name the service whose hosts hold the files' : `did you mean ${close}?`,
        },
      ];
    }
    if (found.unit !== undefined || found.command?.reload !== undefined) return [];
    return [
      {
        path: at,
        code: 'config.certificate-service',
        found: `\`${service}\`, which cannot be told to read its files again`,
        expected: 'a service with `unit:`, or with a `command:` that has `reload:`',
        remedy: 'give its command a `reload:`',
      },
    ];
  });
}
