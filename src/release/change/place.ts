/** Where the change records of an environment lie, relative to the state directory. Pure. */
export function changePlace(environment: string): string {
  return `changes/${environment}`;
}
