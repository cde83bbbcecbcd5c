import type { ProgramId } from '../ids.ts';
import type { RawFinding } from '../types.ts';

/** What is said of packages in images, whoever has found them. */

/** Packages of a distribution cannot be raised by themselves: what it has not mended yet is nothing that a service could do something about. Pure. */
export function inImage(
  finding: RawFinding,
  { distribution, place, mended }: { readonly distribution: boolean; readonly place: string; readonly mended: boolean },
): RawFinding {
  const message = `${finding.message}, in ${place}`;
  if (!distribution)
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

/** It may be files alone, and it may be a program that says nothing of what it is made of. Pure. */
export function emptyImage(scanner: ProgramId, image: string): RawFinding {
  return {
    scanner,
    subject: 'dependencies',
    rule: 'image-without-packages',
    severity: 'medium',
    message: 'no package in it can be read: nobody knows what its programs are made of',
    file: image,
    same: 'image-without-packages',
    remedy:
      'if it holds files alone, waive this; else keep the list of packages (dpkg, apk) or the build information of Go in it',
  };
}
