import { alpineWitness, debianWitness, goWitness } from '../images/witness.ts';
import { emptyImage, inImage } from '../images/words.ts';
import { type Call, GarbledOutput, type Scanner } from '../scanner.ts';
import { osvFindings, osvSources } from './osv-report.ts';
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
  images: true,
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
      return [emptyImage('osv-image', image)];
    }
    return packages.flatMap(({ path, one }) =>
      osvFindings('osv-image', one, image).map(({ finding, mended }) =>
        inImage(finding, { distribution: isDistribution(one.package.ecosystem), place: path, mended }),
      ),
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

/** Ecosystems of distributions have their release after a colon: `Debian:12`, `Alpine:v3.18`. Pure. */
function isDistribution(ecosystem: string): boolean {
  return ecosystem.includes(':');
}
