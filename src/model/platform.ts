import type { Text } from './effect.ts';

/** What runs: one version of one component with its instances. */
export interface UnitSpec {
  /** Component name, for instance `api`. */
  readonly component: string;
  readonly version: string;
  /** Digest of the artefact, `sha256:…`. What is installed is checked against it. */
  readonly digest: string;
  /** File or directory the build made. */
  readonly artefact: string;
  /** Command line inside the release directory; `{port}` and `{release}` are put in. Empty for a component that is only files. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, Text>>;
  readonly replicas: number;
  /** HTTP path that answers 200 when the instance may get traffic. */
  readonly readyPath: string;
  readonly livePath: string;
  /** How long an instance may take to become ready. */
  readonly startTimeoutMs: number;
  /** How long it may take to finish its requests after SIGTERM. */
  readonly stopTimeoutMs: number;
}

export type InstanceState = 'starting' | 'ready' | 'not-ready' | 'draining' | 'stopped' | 'crash-loop';

export interface Instance {
  readonly component: string;
  readonly version: string;
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  readonly guardPort?: number;
  readonly state: InstanceState;
  /** Restarts since it was asked to run. */
  readonly restarts: number;
  /** Last words, when it is not well. */
  readonly detail: string;
}

export interface PlatformState {
  readonly instances: readonly Instance[];
  /** Installed versions per component with the digest found on disk. */
  readonly installed: readonly { readonly component: string; readonly version: string; readonly digest: string }[];
  /** Component → version that `current` names. */
  readonly current: Readonly<Record<string, string>>;
}
