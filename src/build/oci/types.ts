import type { Clock } from '../../model/ports.ts';
import type { Node, Step } from '../../procedure/tree.ts';
import type { ArtefactFacts, BuiltArtefact } from '../cached.ts';

/** What an image is made from. */

export interface ImageSettings {
  /** Repository with its registry: `registry.example.com/shop/api`. */
  readonly repository: string;
  readonly tag: string;
  /** May the tag be moved from another image to this one? */
  readonly tags: 'fixed' | 'moved';
  /** Address of the registry. */
  readonly registry: string;
  readonly base: { readonly image: string; readonly digest: string; readonly registry: string } | null;
  /** Number of the user, and of its group. */
  readonly user: number;
  /** Null: the program; of files, what the base says. */
  readonly entrypoint: readonly string[] | null;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly port: number | null;
  readonly labels: Readonly<Record<string, string>>;
  /** PEM file, absolute. */
  readonly certificates: string | null;
  /** From absolute paths of this machine to absolute ones of the image. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
  /** Repositories of the same registry that may have layers already. */
  readonly mountFrom: readonly string[];
  /** Absent: we write it ourselves. */
  readonly buildx?: BuildxSettings;
}

/** An image made by a Dockerfile. */
export interface BuildxSettings {
  /** Absolute. */
  readonly dockerfile: string;
  /** Null: the one that buildx takes by itself. */
  readonly builder: string | null;
}

export type BuiltStep = Step<ArtefactFacts, BuiltArtefact>;

/** What goes into the image besides its settings. */
export type ImageParts =
  | {
      readonly kind: 'go';
      readonly binary: string;
      readonly programs: readonly { readonly platform: string; readonly artefact: BuiltStep }[];
    }
  /** Files are the same on every platform. */
  | {
      readonly kind: 'static';
      readonly artefact: BuiltStep;
      /** Directory in the image. */
      readonly to: string;
      readonly platforms: readonly string[];
    };

export interface ImageBuild {
  readonly component: string;
  readonly version: string;
  readonly commit: string;
  /** Directory in the repository of the commit, absolute. */
  readonly source: string;
  readonly settings: ImageSettings;
  readonly parts: ImageParts;
  /** Builds the parts. */
  readonly before: readonly Node[];
  /** Is it brought into its registry? */
  readonly push: boolean;
  /** Directory for finished builds, absolute. */
  readonly outDir: string;
  /** Value of an Authorization header for the registry; null: none. */
  readonly authorization: () => string | null;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** Where an image lies, or will lie. */
export interface ImagePlace {
  /** Layout of this image. */
  readonly directory: string;
  /** When the commit was made, seconds since 1970; 0: git does not know it. */
  readonly created: number;
}
