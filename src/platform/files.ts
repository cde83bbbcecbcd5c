import { fileURLToPath } from 'node:url';
import { textLines } from './lines.ts';

/** Files of a machine that are backed up and put back: files.sh beside this module, and what it says of the machine. */

export const FILES_PROGRAM = fileURLToPath(new URL('./files.sh', import.meta.url));

const KINDS = ['package', 'manual', 'account', 'group', 'enabled', 'system'] as const;

export interface HostAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** What a machine is beside its files. */
export interface MachineFacts {
  /** `PRETTY_NAME` of os-release; empty where there is none. */
  readonly system: string;
  /** Installed packages by dpkg; empty where there is none. */
  readonly packages: readonly { readonly name: string; readonly version: string; readonly manual: boolean }[];
  readonly accounts: readonly HostAccount[];
  readonly groups: readonly { readonly name: string; readonly gid: number }[];
  /** Units of systemd that start by themselves. */
  readonly enabled: readonly string[];
}

/** The answer of `facts`; undefined for one that is not whole. Pure. */
export function parseMachine(stdout: string): MachineFacts | undefined {
  const texts = textLines(stdout, KINDS);
  if (texts === undefined) return undefined;
  const manual = new Set(texts('manual'));
  return {
    system: texts('system')[0] ?? '',
    packages: texts('package').flatMap((text) => {
      const [name, version] = text.split(' ');
      if (name === undefined || version === undefined) return [];
      // apt names those of the machine's own architecture without it.
      return [{ name, version, manual: manual.has(name) || manual.has(name.replace(/:[a-z0-9]+$/, '')) }];
    }),
    accounts: texts('account').flatMap((text) => {
      const [name, uid, gid, home, shell] = text.split(':');
      if (name === undefined || uid === undefined || gid === undefined || home === undefined) return [];
      return [{ name, uid: Number(uid), gid: Number(gid), home, shell: shell ?? '' }];
    }),
    groups: texts('group').flatMap((text) => {
      const [name, gid] = text.split(':');
      return name === undefined || gid === undefined ? [] : [{ name, gid: Number(gid) }];
    }),
    enabled: texts('enabled'),
  };
}
