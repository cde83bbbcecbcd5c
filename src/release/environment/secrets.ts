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

/** Names of the variables that hold secrets of an environment. Pure. */
export function secretVariables(value: unknown): readonly string[] {
  return secretsIn(value).flatMap((reference) =>
    reference.startsWith('env:') ? [reference.slice('env:'.length)] : [],
  );
}
