import { alpineWitness, debianWitness, goWitness } from '../images/witness.ts';
import { type Call, GarbledOutput, type Scanner } from '../scanner.ts';
import type { RawFinding } from '../types.ts';
import { type OsvPackage, osvFindings, osvSources } from './osv-report.ts';
import { osvLinks, osvScanner } from './osv-scanner.ts';

/** Packages in images: those of the distribution, and modules of the programs. https://google.github.io/osv-scanner/usage/scan-image */

/** Ecosystems of which an image with a known fault can be made here, by the beginning of their names. */
const WITNESSES = { Debian: debianWitness, Alpine: alpineWitness, Go: goWitness } as const;

export const osvImage: Scanner = {
  id: 'osv-image',
  subject: 'dependencies',
  program: osvScanner.program,
  version: osvScanner.version,
  install: osvScanner.install,
  network: osvScanner.network,
  variables: [],
  calls: (_tree, { archives, osv, support }): readonly Call[] =>
    archives.map(({ name, path }) => ({
      argv: [
        ...['osv-scanner', 'scan', 'image', '--archive', '--format', 'json'],
        ...['--config', `${support}/osv-scanner.toml`, '--no-call-analysis=all'],
        // What is there without a fault shows which databases have to be believed.
        ...['--all-packages', '--allow-no-lockfiles'],
        ...(osv === null ? [] : ['--offline', '--local-db-path', support]),
        path,
      ],
      at: name,
    })),
  read: (result, { at: image = '' }) => {
    const packages = osvSources(result).flatMap((source) => source.packages.map((one) => ({ path: source.path, one })));
    if (packages.length === 0) {
      if (!/no package sources found/i.test(result.stderr))
        throw new GarbledOutput('no package, and no word that it has found none');
      return [empty(image)];
    }
    return packages.flatMap(({ path, one }) =>
      osvFindings('osv-image', one, image).map(({ finding, mended }) => inImage(finding, one, { path, mended })),
    );
  },
  support: osvScanner.support,
  links: ({ osv }) => osvLinks(osv),
  witness: {},
  witnessAfter: (results) => {
    const ecosystems = results.flatMap((one) =>
      osvSources(one).flatMap(({ packages }) => packages.map((pack) => pack.package.ecosystem.split(':')[0])),
    );
    return Object.fromEntries(
      Object.entries(WITNESSES).flatMap(([name, make]) =>
        ecosystems.includes(name) ? [[`${name.toLowerCase()}.tar`, make()] as const] : [],
      ),
    );
  },
};

/** Packages of a distribution cannot be raised by themselves: what it has not mended yet is nothing that a service could do something about. */
function inImage(
  finding: RawFinding,
  { package: { ecosystem } }: OsvPackage,
  { path, mended }: { readonly path: string; readonly mended: boolean },
): RawFinding {
  const message = `${finding.message}, in ${path}`;
  if (!isDistribution(ecosystem))
    return { ...finding, message, remedy: `${finding.remedy ?? 'raise it'}, and build the program in the image again` };
  const { name = '', fixed } = finding.package ?? {};
  if (!mended) {
    const quiet = finding.severity === 'critical' || finding.severity === 'high';
    return {
      ...finding,
      message: `${message}; the distribution has no mended version yet`,
      severity: quiet ? 'medium' : finding.severity,
      remedy: 'wait for the distribution, or take another base',
    };
  }
  const version = fixed === undefined ? 'a newer version of it' : `${name} ${fixed} or newer`;
  return { ...finding, message, remedy: `build on a base that has ${version}` };
}

/** Ecosystems of distributions have their release after a colon: `Debian:12`, `Alpine:v3.18`. Pure. */
function isDistribution(ecosystem: string): boolean {
  return ecosystem.includes(':');
}

/** It may be files alone, and it may be a program that says nothing of what it is made of. */
function empty(image: string): RawFinding {
  return {
    scanner: 'osv-image',
    subject: 'dependencies',
    rule: 'image-without-packages',
    severity: 'medium',
    message: 'no package in it can be read: nobody knows what its programs are made of',
    file: image,
    remedy:
      'if it holds files alone, waive this; else keep the list of packages (dpkg, apk) or the build information of Go in it',
  };
}
