import { relative } from 'node:path';
import type { ResolvedEnvironment } from '../../config/index.ts';
import { shellWord } from '../../platform/ssh/quote.ts';

/** The tests of a service as its kind of component usually has them. Whoever has others writes them into the caller. Pure. */

/** @param root of the repository, where the commands are run */
export function testsOf({ components }: Pick<ResolvedEnvironment, 'components'>, root: string): readonly string[] {
  return Object.values(components).flatMap((component) => {
    if (component.kind === 'image') return [];
    const place = relative(root, component.source);
    const source = shellWord(place === '' ? '.' : place.replaceAll('\\', '/'));
    // Its build runs them, with shellcheck before them.
    if (component.kind === 'script') return [];
    if (component.kind === 'go') return [`go -C ${source} vet ./...`, `go -C ${source} test ./...`];
    // Files that are taken as they are have no tests of their own.
    if (component.build?.[0] !== 'npm') return [];
    return [`npm --prefix ${source} ci`, `npm --prefix ${source} run test --if-present`];
  });
}
