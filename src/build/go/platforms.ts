/**
 * Operating systems and processors that Go builds for, as `go tool dist list` of Go 1.26 names them. A test compares the list with the Go
 * that is installed.
 */
export const GO_PLATFORMS = [
  'aix/ppc64',
  'android/386',
  'android/amd64',
  'android/arm',
  'android/arm64',
  'darwin/amd64',
  'darwin/arm64',
  'dragonfly/amd64',
  'freebsd/386',
  'freebsd/amd64',
  'freebsd/arm',
  'freebsd/arm64',
  'illumos/amd64',
  'ios/amd64',
  'ios/arm64',
  'js/wasm',
  'linux/386',
  'linux/amd64',
  'linux/arm',
  'linux/arm64',
  'linux/loong64',
  'linux/mips',
  'linux/mips64',
  'linux/mips64le',
  'linux/mipsle',
  'linux/ppc64',
  'linux/ppc64le',
  'linux/riscv64',
  'linux/s390x',
  'netbsd/386',
  'netbsd/amd64',
  'netbsd/arm',
  'netbsd/arm64',
  'openbsd/386',
  'openbsd/amd64',
  'openbsd/arm',
  'openbsd/arm64',
  'openbsd/ppc64',
  'openbsd/riscv64',
  'plan9/386',
  'plan9/amd64',
  'plan9/arm',
  'solaris/amd64',
  'wasip1/wasm',
  'windows/386',
  'windows/amd64',
  'windows/arm64',
] as const;

export type GoPlatform = (typeof GO_PLATFORMS)[number];

/** Where a race detector exists: the runtime of ThreadSanitizer that Go ships, by `go help build`. */
const WITH_RACE_DETECTOR: ReadonlySet<string> = new Set([
  'darwin/amd64',
  'darwin/arm64',
  'freebsd/amd64',
  'linux/amd64',
  'linux/arm64',
  'linux/loong64',
  'linux/ppc64le',
  'linux/riscv64',
  'linux/s390x',
  'netbsd/amd64',
  'windows/amd64',
]);

/** Pure. */
export function hasRaceDetector(platform: string): boolean {
  return WITH_RACE_DETECTOR.has(platform);
}

/** Name of the program on this platform: Windows starts nothing without its ending. Pure. */
export function fileNameOn(platform: string, binary: string): string {
  return platform.startsWith('windows/') && !binary.endsWith('.exe') ? `${binary}.exe` : binary;
}

const SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le', mipsel: 'mipsle' };

/** What Node calls this machine (`process.platform`, `process.arch`) in the words of Go. Pure. */
export function goPlatform(system: string, processor: string): string {
  return `${SYSTEMS[system] ?? system}/${PROCESSORS[processor] ?? processor}`;
}

/**
 * The platforms of a component, the one that is deployed first: that of this machine where the release runs on this machine and it is built for
 * it, else the one that stands first. Pure.
 *
 * @param here platform of the machine that it is deployed to; null when that is another machine
 */
export function deployedFirst(platforms: readonly string[], here: string | null): readonly string[] {
  if (here === null || !platforms.includes(here)) return platforms;
  return [here, ...platforms.filter((one) => one !== here)];
}
