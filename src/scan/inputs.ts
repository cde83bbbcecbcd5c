import { resolve } from 'node:path';
import { ProblemError } from '../model/problem.ts';
import type { ScanConfig } from './config.ts';
import { isLicenceName, type LicencePolicy } from './licences/policy.ts';
import type { TrivyDatabase } from './scanner.ts';

/** What a scan is given beside the files: where databases lie, what other tools have found, what others say. */

export interface GivenFile {
  /** As the configuration or the command line names it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export interface ExploitabilityFiles {
  readonly epss?: GivenFile;
  readonly kev?: GivenFile;
  /** Milliseconds; what is older is said to be. */
  readonly maxAge: number;
}

export interface ScanInputs {
  /** Directory with OSV's databases, absolute; null: api.osv.dev. */
  readonly osv: string | null;
  readonly npmRegistry: string | null;
  readonly kubernetesSchemas: string | null;
  /** Rules of Semgrep, absolute; null: it is not asked. */
  readonly semgrepRules: string | null;
  /** Database of Trivy; null: it is not asked about packages. */
  readonly trivy: TrivyDatabase | null;
  /** Images that were built, each as a layout or an archive. */
  readonly images: readonly GivenFile[];
  /** Logs of other scanners. */
  readonly sarif: readonly GivenFile[];
  readonly vex: readonly GivenFile[];
  /** Null: licences are not looked at. */
  readonly licences: { readonly policy: LicencePolicy; readonly materials: readonly GivenFile[] } | null;
  readonly exploitability: ExploitabilityFiles | null;
}

/** As if nothing were configured. */
export const NO_INPUTS: ScanInputs = {
  ...{
    osv: null,
    npmRegistry: null,
    kubernetesSchemas: null,
    semgrepRules: null,
    trivy: null,
    licences: null,
    exploitability: null,
  },
  ...{ images: [], sarif: [], vex: [] },
};

/**
 * What the configuration says of it. `baseDir` is the directory of shiplock.yaml.
 * @throws ProblemError when a licence is none of the SPDX list
 */
export function inputsOf(config: ScanConfig, baseDir: string): ScanInputs {
  const file = (name: string): GivenFile => ({ name, path: resolve(baseDir, name) });
  const { licences, exploitability, osv, npmRegistry, kubernetesSchemas, semgrep, trivy } = config;
  if (licences !== undefined) checkNames(licences);
  return {
    osv: osv === undefined ? null : resolve(baseDir, osv),
    npmRegistry: npmRegistry ?? null,
    kubernetesSchemas: kubernetesSchemas === undefined ? null : resolve(baseDir, kubernetesSchemas),
    semgrepRules: semgrep === undefined ? null : resolve(baseDir, semgrep.rules),
    trivy: trivy === undefined ? null : { database: resolve(baseDir, trivy.database), maxAge: trivy.maxAge },
    images: config.images.map(file),
    sarif: config.sarif.map(file),
    vex: config.vex.map(file),
    licences:
      licences === undefined
        ? null
        : { policy: { allow: licences.allow, deny: licences.deny }, materials: licences.materials.map(file) },
    exploitability:
      exploitability === undefined
        ? null
        : {
            maxAge: exploitability.maxAge,
            ...(exploitability.epss === undefined ? {} : { epss: file(exploitability.epss) }),
            ...(exploitability.kev === undefined ? {} : { kev: file(exploitability.kev) }),
          },
  };
}

function checkNames(licences: Readonly<Record<'allow' | 'deny', readonly string[]>>): void {
  const wrong = (['allow', 'deny'] as const).flatMap((list) =>
    licences[list].filter((name) => !isLicenceName(name)).map((name) => ({ list, name })),
  );
  if (wrong.length === 0) return;
  throw new ProblemError(
    wrong.map(({ list, name }) => ({
      code: 'config.unknown-licence',
      where: `scan.licences.${list}`,
      found: name,
      expected: 'one licence by its name in the SPDX list, such as Apache-2.0',
      remedy: 'look it up at https://spdx.org/licenses/',
    })),
  );
}
