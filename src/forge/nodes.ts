/** Names of things in the graph of the forge, kept from the answers in which they came. */

export interface Nodes {
  /** Of a living comment, by its issue and marker. */
  readonly comments: Map<string, string>;
  /** Of a deployment, by its number. */
  readonly deployments: Map<number, string>;
}

export function createNodes(): Nodes {
  return { comments: new Map(), deployments: new Map() };
}

export function commentKey({ issue, marker }: { readonly issue: number; readonly marker: string }): string {
  return `${issue} ${marker}`;
}
