import {
  alpineWitness,
  debianWitness,
  dotnetWitness,
  goWitness,
  nodeWitness,
  phpWitness,
  pythonWitness,
  rubyWitness,
  ubuntuWitness,
} from '../images/witness.ts';
import { emptyImage, inImage } from '../images/words.ts';
import { type Call, GarbledOutput, type Scanner } from '../scanner.ts';
import type { RawFinding } from '../types.ts';
import { trivy } from './trivy.ts';
import {
  ecosystemOf,
  type TrivyReport,
  trivyDated,
  trivyFindings,
  trivyLinks,
  trivyOptions,
  trivyReport,
} from './trivy-report.ts';

/** Packages in images, as the database of Trivy has them: those of the distribution, and what programs are made of. https://trivy.dev/docs/latest/target/container_image/ */

/** Images with a known fault, by the distribution; each release of one is a part of the database of its own. */
const DISTRIBUTIONS: Readonly<Record<string, (release: string) => Uint8Array>> = {
  ...{ debian: debianWitness, ubuntu: ubuntuWitness, alpine: alpineWitness },
};
/** The same by the ecosystem of other packages. */
const LANGUAGES: Readonly<Record<string, () => Uint8Array>> = {
  ...{ Go: goWitness, npm: nodeWitness, PyPI: pythonWitness, RubyGems: rubyWitness, NuGet: dotnetWitness },
  Packagist: phpWitness,
};

export const trivyImage: Scanner = {
  id: 'trivy-image',
  subject: 'dependencies',
  program: trivy.program,
  version: trivy.version,
  install: trivy.install,
  ...(trivy.refused === undefined ? {} : { refused: trivy.refused }),
  network: () => false,
  variables: [],
  // What it unpacks goes when the scan does, even when it is killed.
  environment: ({ support }) => ({ TMPDIR: support }),
  images: true,
  dated: trivyDated,
  calls: (_tree, { archives, trivy: database, support }): readonly Call[] =>
    database === null
      ? []
      : archives.map(({ name, path }) => ({
          argv: ['trivy', 'image', ...trivyOptions(support), `--input=${path}`],
          at: name,
        })),
  read: (answer, { at: image = '' }) => {
    const report = trivyReport(answer);
    const { Results: results = [], Metadata: { OS: os } = {} } = report;
    if (partsOf(report).length === 0) return [emptyImage('trivy-image', image)];
    const found = results.flatMap((one) =>
      trivyFindings('trivy-image', one, { file: image, release: os?.Name ?? '' }).map(({ finding, ...where }) =>
        inImage(finding, where),
      ),
    );
    return os?.EOSL === true ? [...found, ended(image, `${os.Family} ${os.Name}`)] : found;
  },
  support: {},
  links: trivyLinks,
  witness: {},
  witnessEach: true,
  witnessAfter: (answers) => {
    const parts = new Map<string, Part>();
    // What has been found is a part of the database that is known to be there.
    for (const part of answers.flatMap((answer) => partsOf(trivyReport(answer))))
      parts.set(part.name, { ...part, proven: part.proven || parts.get(part.name)?.proven === true });
    // That nothing can be read in an image is believed of one who can read.
    if (parts.size === 0) return { 'witness.tar': goWitness() };
    const open = [...parts.values()].filter(({ proven }) => !proven);
    return Object.fromEntries(open.map((part, nth) => [`witness-${nth}.tar`, witnessOf(part)]));
  },
};

/** A part of the database that was needed. */
interface Part {
  readonly name: string;
  /** Distribution and its release; or an ecosystem. */
  readonly of: { readonly family: string; readonly release: string } | { readonly ecosystem: string };
  /** Something of it was found. */
  readonly proven: boolean;
}

/** Parts of the database that the packages of an image needed. Pure. */
function partsOf({ Results: results = [], Metadata: { OS: os } = {} }: TrivyReport): readonly Part[] {
  return results.flatMap(
    ({ Class: kind, Type: type, Packages: packages = [], Vulnerabilities: found = [] }): readonly Part[] => {
      if (packages.length === 0) return [];
      const proven = found.length > 0;
      if (kind !== 'os-pkgs') {
        const ecosystem = ecosystemOf(type);
        return [{ name: ecosystem, of: { ecosystem }, proven }];
      }
      const release = os?.Name ?? '';
      return [{ name: `${type} ${release}`, of: { family: type, release }, proven }];
    },
  );
}

/** An image in which something of this part of the database must be found. */
function witnessOf({ name, of }: Part): Uint8Array {
  if ('ecosystem' in of) {
    const make = LANGUAGES[of.ecosystem];
    if (make !== undefined) return make();
  } else if (/^[\w.-]+$/.test(of.release)) {
    const make = DISTRIBUTIONS[of.family];
    if (make !== undefined) return make(of.release);
  }
  throw new GarbledOutput(
    `nothing was found among the packages of ${name}, and no fault is known here by which it could be tried whether the database has heard of them`,
  );
}

/** Nobody looks for faults in it any more, so that few are known. */
function ended(image: string, distribution: string): RawFinding {
  return {
    scanner: 'trivy-image',
    subject: 'dependencies',
    rule: 'distribution-out-of-support',
    severity: 'medium',
    message: `${distribution} is no longer supported by its makers: faults in it are neither mended nor listed`,
    file: image,
    remedy: 'build on a base that is supported',
  };
}
