/** What go.mod and go.sum say. https://go.dev/ref/mod#go-mod-file */

export interface GoRequire {
  readonly path: string;
  readonly version: string;
  readonly indirect: boolean;
  readonly line: number;
}

export interface GoReplace {
  readonly from: string;
  readonly to: string;
  /** Null: a directory. */
  readonly version: string | null;
  readonly line: number;
}

export interface GoMod {
  readonly requires: readonly GoRequire[];
  readonly replaces: readonly GoReplace[];
  readonly toolchain: { readonly name: string; readonly line: number } | null;
}

/** A text as go.mod. What cannot be understood is left out: the go command refuses such a file by itself. Pure. */
export function readGoMod(text: string): GoMod {
  const requires: GoRequire[] = [];
  const replaces: GoReplace[] = [];
  let toolchain: GoMod['toolchain'] = null;
  let block: string | null = null;
  for (const [index, whole] of text.split('\n').entries()) {
    const [code = '', ...comment] = whole.split('//');
    const words = code
      .trim()
      .split(/\s+/)
      .map(unquoted)
      .filter((word) => word !== '');
    const [first] = words;
    if (first === undefined) continue;
    if (block !== null && first === ')') {
      block = null;
      continue;
    }
    if (block === null && words.at(-1) === '(') {
      block = first;
      continue;
    }
    const verb = block ?? first;
    const rest = block === null ? words.slice(1) : words;
    const line = index + 1;
    if (verb === 'require' && rest[0] !== undefined && rest[1] !== undefined)
      requires.push({
        path: rest[0],
        version: rest[1],
        indirect: comment.join('//').trim().startsWith('indirect'),
        line,
      });
    if (verb === 'toolchain' && rest[0] !== undefined) toolchain = { name: rest[0], line };
    const arrow = rest.indexOf('=>');
    const [from, to, version = null] = [rest[0], rest[arrow + 1], rest[arrow + 2]];
    if (verb === 'replace' && arrow > 0 && from !== undefined && to !== undefined)
      replaces.push({ from, to, version, line });
  }
  return { requires, replaces, toolchain };
}

/** Sums by `module version`, as they stand in go.sum; the same module and version may stand there with several. Pure. */
export function readGoSum(text: string): ReadonlyMap<string, readonly string[]> {
  const sums = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [path, version, sum, more] = line.trim().split(/\s+/);
    if (path === undefined || version === undefined || sum === undefined || more !== undefined) continue;
    const key = `${path} ${version}`;
    sums.set(key, [...(sums.get(key) ?? []), sum]);
  }
  return sums;
}

function unquoted(word: string): string {
  return word.replaceAll(/^["`]|["`]$/g, '');
}
