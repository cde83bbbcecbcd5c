/** References in the order of the file, each once. Pure. */
export function secretsIn(value: unknown): readonly string[] {
  const found = new Set<string>();
  const collect = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return;
    if ('secret' in one && typeof one.secret === 'string') found.add(one.secret);
    for (const member of Object.values(one)) collect(member);
  };
  collect(value);
  return [...found];
}
