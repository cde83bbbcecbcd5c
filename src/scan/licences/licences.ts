import { z } from 'zod';
import { asJson, GarbledOutput, inForm } from '../scanner.ts';
import type { RawFinding, ScannerRun, Tree } from '../types.ts';
import { judgeLicence, type LicenceAnswer, type LicencePolicy } from './policy.ts';

/** Licences of the packages that a service is made of: from the lock files of npm, and from bills of materials (CycloneDX). */

export interface LicensedPackage {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression, or what stands in its place; undefined: none is given. */
  readonly licence: string | undefined;
  /** File that says so. */
  readonly file: string;
}

const lock = z.looseObject({
  lockfileVersion: z.number(),
  packages: z
    .record(
      z.string(),
      z.looseObject({
        version: z.string().optional(),
        license: z.unknown().optional(),
        link: z.boolean().optional(),
        name: z.string().optional(),
      }),
    )
    .optional(),
});
const licence = z.union([
  z.looseObject({ expression: z.string() }),
  z.looseObject({ license: z.looseObject({ id: z.string().optional(), name: z.string().optional() }) }),
]);
const component = z.looseObject({
  name: z.string(),
  group: z.string().optional(),
  version: z.string().optional(),
  purl: z.string().optional(),
  type: z.string(),
  licenses: z.array(licence).optional(),
  evidence: z.looseObject({ licenses: z.array(licence).optional() }).optional(),
});
const materials = z.looseObject({ bomFormat: z.literal('CycloneDX'), components: z.array(component).optional() });

/** A bill of materials, its name as the configuration has it. */
export interface Materials {
  readonly name: string;
  /** Undefined: it could not be read. */
  readonly text: string | undefined;
}

/**
 * What the policy says of all packages. A lock file or a bill of materials that cannot be read makes it "not scanned". Pure but for
 * the tree.
 */
export function licenceRun(tree: Tree, bills: readonly Materials[], policy: LicencePolicy): ScannerRun {
  const locks = tree.files.filter((file) => file.split('/').at(-1) === 'package-lock.json');
  if (locks.length === 0 && bills.length === 0)
    return { scanner: 'licences', subject: 'licences', end: { kind: 'nothing-there' }, took: 0 };
  const faults: string[] = [];
  const all = [
    ...locks.map((file) => ({ file, text: tree.text(file), read: packagesOfLock })),
    ...bills.map(({ name, text }) => ({ file: name, text, read: packagesOfBill })),
  ].flatMap(({ file, text, read }) => {
    try {
      if (text === undefined) throw new GarbledOutput('it cannot be read');
      return read(text, file);
    } catch (error) {
      if (!(error instanceof GarbledOutput)) throw error;
      faults.push(`${file}: ${error.message}`);
      return [];
    }
  });
  if (faults.length > 0) return failed(faults);
  return {
    scanner: 'licences',
    subject: 'licences',
    end: { kind: 'scanned', findings: all.flatMap((one) => finding(one, policy)), version: 'built in' },
    took: 0,
  };
}

/** Packages of a lock file of npm, version 2 or 3. @throws GarbledOutput for any other form */
export function packagesOfLock(text: string, file: string): readonly LicensedPackage[] {
  const { packages, lockfileVersion } = inForm(lock, asJson(text));
  if (packages === undefined)
    throw new GarbledOutput(`lockfileVersion ${lockfileVersion} has no licences: write it with npm 7 or newer`);
  return Object.entries(packages).flatMap(([at, { version = 'unknown', license, link, name }]) => {
    const last = at.lastIndexOf('node_modules/');
    // Not a package of others: the service itself, its workspaces, and links to them.
    if (last < 0 || link === true) return [];
    return [
      {
        ecosystem: 'npm',
        name: name ?? at.slice(last + 'node_modules/'.length),
        version,
        licence: typeof license === 'string' ? license : undefined,
        file,
      },
    ];
  });
}

/** Components of a CycloneDX document. @throws GarbledOutput for any other form */
export function packagesOfBill(text: string, file: string): readonly LicensedPackage[] {
  const { components = [] } = inForm(materials, asJson(text));
  return components
    .filter(({ type }) => type === 'library' || type === 'framework' || type === 'application')
    .map(({ name, group, version = 'unknown', purl, licenses, evidence }) => {
      const given = (licenses ?? evidence?.licenses ?? []).map((one) =>
        'expression' in one && typeof one.expression === 'string' ? one.expression : nameOf(one),
      );
      return {
        ecosystem: /^pkg:([a-z0-9.+-]+)\//i.exec(purl ?? '')?.[1] ?? 'generic',
        name: group === undefined || group === '' ? name : `${group}/${name}`,
        version,
        // Several licences of one component all hold.
        licence:
          given.length === 0 ? undefined : given.length === 1 ? given[0] : given.map((one) => `(${one})`).join(' AND '),
        file,
      };
    });
}

function nameOf(one: z.infer<typeof licence>): string {
  if (!('license' in one)) return '';
  const inner = z.looseObject({ id: z.string().optional(), name: z.string().optional() }).parse(one.license);
  return inner.id ?? inner.name ?? '';
}

const WORDS: Readonly<Record<Exclude<LicenceAnswer, 'allowed'>, string>> = {
  denied: 'is denied',
  'not-allowed': 'is not among those that are allowed',
  unknown: 'is no licence of the SPDX list',
};

function finding(
  { ecosystem, name, version, licence: given, file }: LicensedPackage,
  policy: LicencePolicy,
): readonly RawFinding[] {
  const said = judgeLicence(given, policy);
  // Without a list of what is allowed an unknown one is only told.
  if (said === 'allowed') return [];
  const what = given === undefined || given === '' ? 'no licence is given' : `${given} ${WORDS[said]}`;
  return [
    {
      scanner: 'licences',
      subject: 'licences',
      rule: `licence-${said}`,
      severity: said === 'unknown' && policy.allow.length === 0 ? 'medium' : 'high',
      message: `${name} ${version}: ${what}`,
      file,
      package: { ecosystem, name, version },
      remedy:
        'do without the package, or have the policy changed by who answers for it; `scan.waivers` can let one package pass for a time',
    },
  ];
}

function failed(faults: readonly string[]): ScannerRun {
  return {
    scanner: 'licences',
    subject: 'licences',
    took: 0,
    end: {
      kind: 'not-scanned',
      problem: {
        code: 'scan.no-licences',
        where: faults[0]?.split(':')[0] ?? 'licences',
        found: faults.join('; ').slice(0, 500),
        expected: 'lock files of npm, version 2 or 3, and bills of materials in the form of CycloneDX',
        remedy: 'mend or make the file anew, or take it out of `scan.licences.materials`',
      },
    },
  };
}
