/** The difference of two texts line by line, for people. Pure. */

/** Lines with ` `, `-` or `+` before them; long stretches without a change are left out. */
export function diffLines(before: string, after: string, around = 2): readonly string[] {
  const [a, b] = [before, after].map((text) => text.replace(/\n$/, '').split('\n'));
  const all = merge(a ?? [], b ?? []);
  const near = all.map((_, index) =>
    all.slice(Math.max(0, index - around), index + around + 1).some((line) => !line.startsWith(' ')),
  );
  return all.flatMap((line, index) => {
    if (near[index] === true) return [line];
    return index > 0 && near[index - 1] === true ? ['  …'] : [];
  });
}

/** Longest common subsequence; files of a configuration are short. */
function merge(a: readonly string[], b: readonly string[]): readonly string[] {
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(`  ${a[i]}`);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${a[i++]}`);
    else lines.push(`+ ${b[j++]}`);
  }
  return lines;
}
