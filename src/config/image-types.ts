import type { Text } from '../model/effect.ts';

/** A component as an image of its own. */
export interface ResolvedImage {
  /** With its registry. */
  readonly repository: string;
  /** May hold `{version}` and `{commit}`. */
  readonly tag: string;
  readonly tags: 'fixed' | 'moved';
  /** Address of the registry. */
  readonly registry: string;
  readonly authorization: Text | null;
  /** Null: nothing. */
  readonly base: { readonly image: string; readonly digest: string; readonly registry: string } | null;
  /** Number of the user and its group. */
  readonly user: number;
  /** Null: the program, or what the base says. */
  readonly entrypoint: readonly string[] | null;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly port: number | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Absolute; null: none. */
  readonly certificates: string | null;
  /** From absolute paths here to absolute paths there. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
  /** Absent: it is written without an engine. */
  readonly buildx?: { readonly dockerfile: string; readonly builder: string | null };
  /** Repositories of the same registry. */
  readonly mountFrom: readonly string[];
}

export interface ResolvedFilesImage extends ResolvedImage {
  /** Directory of the files in the image. */
  readonly to: string;
  readonly platforms: readonly string[];
}
