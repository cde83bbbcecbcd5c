import type { FrontendConfig } from '../build/config.ts';
import type { Text } from '../model/effect.ts';
import type { ResolvedGoChecks } from './go-checks.ts';
import type { ResolvedFilesImage, ResolvedImage } from './image-types.ts';
import type { ResolvedScript } from './script.ts';

/** A component, ready to be built and run. */

/** How one instance is started and asked. */
export interface ResolvedProcess {
  /** `{port}` and `{release}` are put in by the platform. */
  readonly command: readonly string[];
  readonly ready: string;
  readonly live: string;
  /** Values may hold `{port}` and `{release}`. */
  readonly env: Readonly<Record<string, Text>>;
}

export type ResolvedComponent =
  | {
      readonly kind: 'go';
      /** Directory with go.mod, absolute. */
      readonly source: string;
      readonly package: string;
      /** File name of the binary. */
      readonly binary: string;
      /** Go variables that get the version and the commit, `main.version`. */
      readonly stamp: { readonly version: string; readonly commit: string };
      readonly tags: readonly string[];
      /** `linux/amd64` … */
      readonly platforms: readonly string[];
      /** GOAMD64; absent: v1. */
      readonly amd64?: string;
      /** What is looked at before the build; no part of what is released. */
      readonly checks: ResolvedGoChecks;
      readonly process: ResolvedProcess;
      /** Absent: it is built as no image. */
      readonly image?: ResolvedImage;
    }
  | {
      readonly kind: 'static';
      readonly source: string;
      /** Build command, run in the source; null: files are taken as they are. */
      readonly build: readonly string[] | null;
      /** Directory with the finished files, absolute. */
      readonly output: string;
      /** Its own web server; null: only files. */
      readonly process: ResolvedProcess | null;
      /** How the files are made ready; only what the configuration says. */
      readonly frontend?: FrontendConfig;
      /** Absent: it is built as no image. */
      readonly image?: ResolvedFilesImage;
    }
  | {
      readonly kind: 'image';
      /** Repository with its registry. */
      readonly image: string;
      /** May hold `{version}` and `{commit}`. */
      readonly tag: string;
      /** Address of the registry, `https://registry.example.com`. */
      readonly registry: string;
      readonly authorization: Text | null;
      /** The cluster starts it, as its manifest says. */
      readonly process: null;
    }
  | ResolvedScript;
