import type { Operation } from './operation.ts';
import { OPERATIONS } from './rest/index.ts';

/** Which operation a request means. */

export interface Matched {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
}

/** These may hold slashes; the others may not. */
const LONG = new Set(['path', 'ref', 'branch', 'basehead', 'tag', 'environment_name']);

interface Pattern {
  readonly method: string;
  readonly operation: Operation;
  readonly names: readonly string[];
  readonly expression: RegExp;
  readonly literal: number;
}

const PATTERNS: readonly Pattern[] = OPERATIONS.map((operation) => {
  const [method = '', template = ''] = operation.route.split(' ');
  const names: string[] = [];
  const source = template.replace(/[.+]/g, '\\$&').replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    return LONG.has(name) ? '(.+)' : '([^/]+)';
  });
  return {
    method,
    operation,
    names,
    expression: new RegExp(`^${source}$`),
    literal: template.replace(/\{\w+\}/g, '').length,
  };
  // `commits/{ref}/status` before `commits/{ref}`.
}).toSorted((a, b) => b.literal - a.literal);

export function match(method: string, pathname: string): Matched | undefined {
  for (const pattern of PATTERNS) {
    if (pattern.method !== method) continue;
    const found = pattern.expression.exec(pathname);
    if (found === null) continue;
    const path = Object.fromEntries(
      pattern.names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]),
    );
    return { operation: pattern.operation, path };
  }
  // The whole tree of files: an empty path.
  return pathname.endsWith('/contents') ? match(method, `${pathname}//`) : undefined;
}
