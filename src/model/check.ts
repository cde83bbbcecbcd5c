/** One prerequisite that `shiplock doctor` looks at. Checks only look: nothing is changed, and no secret is in a text. */

export type Checked =
  | { readonly state: 'ok'; readonly found: string }
  /** `mend`: the command or edit that helps. A warning does not keep a release from working. */
  | { readonly state: 'warning' | 'failed'; readonly found: string; readonly expected: string; readonly mend: string };

export interface Check {
  /** Stable, `room.what`. */
  readonly id: string;
  /** What is looked at, for people. */
  readonly title: string;
  /** May throw: that is a failed check too. */
  look(signal: AbortSignal): Promise<Checked>;
}
