import type { Problem } from '../model/problem.ts';
import type { ScannerId } from './ids.ts';

/** What somebody has to name in the configuration before a scanner can answer at all. */
export interface Knowledge {
  readonly rules: boolean;
  readonly database: boolean;
}

/** What this scanner has too little of to answer; null: nothing. Pure. */
export function lacking(id: ScannerId, has: Knowledge): Omit<Problem, 'where'> | null {
  if (id === 'semgrep' && !has.rules) {
    return {
      code: 'config.no-rules',
      found: 'Semgrep, and no rules by which it could look',
      expected: '`scan.semgrep.rules`',
      remedy: 'name a directory with rules with `scan.semgrep.rules`, or take this out',
    };
  }
  if ((id === 'trivy-dependencies' || id === 'trivy-image') && !has.database) {
    return {
      code: 'config.no-database',
      found: 'Trivy, and no database by which it knows packages',
      expected: '`scan.trivy.database`',
      remedy: 'name the directory of its cache with `scan.trivy.database`, or take this out',
    };
  }
  return null;
}
