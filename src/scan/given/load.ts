import { readFile } from 'node:fs/promises';
import type { Problem } from '../../model/problem.ts';
import type { ExploitabilityFiles, GivenFile } from '../inputs.ts';
import type { ScannerRun } from '../types.ts';
import { isCycloneDx, readCycloneDx } from '../vex/cyclonedx.ts';
import { isOpenVex, readOpenVex } from '../vex/openvex.ts';
import { BadVex, type VexStatement } from '../vex/statements.ts';
import { BadData, type ExploitabilityData, readEpss, readKev } from './exploitability.ts';
import { missingLog, type SarifPlace, sarifRuns } from './sarif.ts';

/** Reads the files that the configuration names. One that cannot be read is a scanner that has not done its work. */

/** Runs of scanners that others have made. */
export async function loadSarif(files: readonly GivenFile[], place: SarifPlace): Promise<readonly ScannerRun[]> {
  const all = await Promise.all(
    files.map(async ({ name, path }) => {
      const text = await textOf(path);
      return 'why' in text ? [missingLog(name, text.why)] : sarifRuns(text.text, name, place);
    }),
  );
  return all.flat();
}

/** What VEX documents say. `faults` are documents that say nothing that can be believed. */
export async function loadVex(
  files: readonly GivenFile[],
): Promise<{ readonly statements: readonly VexStatement[]; readonly faults: readonly ScannerRun[] }> {
  const statements: VexStatement[] = [];
  const faults: ScannerRun[] = [];
  for (const { name, path } of files) {
    const text = await textOf(path);
    try {
      if ('why' in text) throw new BadVex(text.why);
      statements.push(...readVex(text.text, name));
    } catch (error) {
      if (!(error instanceof BadVex)) throw error;
      faults.push(
        fault('vex', {
          code: 'scan.bad-vex',
          where: name,
          found: error.message.slice(0, 500),
          expected: 'a VEX document: OpenVEX 0.2, or CycloneDX 1.4 or newer with vulnerabilities',
          remedy: 'mend it, or take it out of `scan.vex`',
        }),
      );
    }
  }
  return { statements, faults };
}

function readVex(text: string, name: string): readonly VexStatement[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadVex('it is no JSON');
  }
  if (isOpenVex(value)) return readOpenVex(value, name);
  if (isCycloneDx(value)) return readCycloneDx(value, name);
  throw new BadVex('neither `@context` of OpenVEX nor `bomFormat` of CycloneDX');
}

/** Figures of the vulnerabilities that are asked for. */
export async function loadExploitability(
  { epss, kev }: ExploitabilityFiles,
  wanted: ReadonlySet<string>,
): Promise<{ readonly data: ExploitabilityData; readonly faults: readonly ScannerRun[] }> {
  const faults: ScannerRun[] = [];
  const attempt = async <T>(file: GivenFile | undefined, read: (bytes: Uint8Array) => T): Promise<T | undefined> => {
    if (file === undefined) return undefined;
    try {
      const bytes = await readFile(file.path).catch((error: unknown) => {
        throw new BadData(error instanceof Error ? error.message : String(error));
      });
      return read(bytes);
    } catch (error) {
      if (!(error instanceof BadData)) throw error;
      faults.push(
        fault('exploitability', {
          code: 'scan.bad-data',
          where: file.name,
          found: error.message.slice(0, 500),
          expected: 'the scores of EPSS as FIRST publishes them, or the catalogue of CISA in JSON',
          remedy: 'fetch the file anew, or take it out of `scan.exploitability`',
        }),
      );
      return undefined;
    }
  };
  const scores = await attempt(epss, (bytes) => readEpss(bytes, wanted));
  const entries = await attempt(kev, (bytes) => readKev(new TextDecoder().decode(bytes)));
  return {
    faults,
    data: {
      epss: scores?.scores ?? null,
      kev: entries?.entries ?? null,
      made: {
        ...(scores === undefined ? {} : { epss: scores.made }),
        ...(entries === undefined ? {} : { kev: entries.made }),
      },
    },
  };
}

/** A file's text, or why it cannot be had. */
export async function textOf(path: string): Promise<{ readonly text: string } | { readonly why: string }> {
  return readFile(path, 'utf8').then(
    (text) => ({ text }),
    (error: unknown) => ({ why: error instanceof Error ? error.message : String(error) }),
  );
}

function fault(scanner: string, problem: Problem): ScannerRun {
  return { scanner, subject: 'dependencies', end: { kind: 'not-scanned', problem }, took: 0 };
}
