import { below, type Call, GarbledOutput, type Scanner } from '../scanner.ts';
import { allLockWitnesses, isEmptyLock, lockWitnesses, trivyLocks } from './lock-kinds.ts';
import { trivy } from './trivy.ts';
import { trivyDated, trivyFindings, trivyLinks, trivyOptions, trivyReport } from './trivy-report.ts';

/** Vulnerable packages by lock files, as the database of Trivy has them. https://trivy.dev/docs/latest/target/filesystem/ */

export const trivyDependencies: Scanner = {
  id: 'trivy-dependencies',
  subject: 'dependencies',
  program: trivy.program,
  version: trivy.version,
  install: trivy.install,
  ...(trivy.refused === undefined ? {} : { refused: trivy.refused }),
  network: () => false,
  variables: [],
  // What it unpacks goes when the scan does, even when it is killed.
  environment: ({ support }) => ({ TMPDIR: support }),
  dated: trivyDated,
  calls: (tree, { trivy: database, support }): readonly Call[] => {
    const locks = trivyLocks(tree.files);
    if (database === null || locks.length === 0) return [];
    const all = new Set(tree.files);
    // Older modules name only with it what they need.
    const sums = locks.map((file) => file.replace(/go\.mod$/, 'go.sum')).filter((file) => all.has(file));
    return [
      {
        argv: ['trivy', 'fs', ...trivyOptions(support), '--pkg-types', 'library', '--include-dev-deps', '.'],
        alone: [...new Set([...locks, ...sums])],
      },
    ];
  },
  read: (answer, _call, tree) => {
    const { Results: results = [] } = trivyReport(answer);
    const parts = results.map((one) => ({ one, file: below(one.Target, tree) }));
    const seen = new Set(parts.map(({ file }) => file));
    const missed = trivyLocks(tree.files).find((file) => !seen.has(file) && !isEmptyLock(file, tree.text(file) ?? '?'));
    if (missed !== undefined) throw new GarbledOutput(`${missed} was not looked at: it cannot be read`);
    return parts.flatMap(({ one, file }) =>
      trivyFindings('trivy-dependencies', one, { file, release: '' })
        .map(({ finding }) => finding)
        // What go.mod says of the language is not what the service is built with: govulncheck asks the compiler.
        .filter(({ package: ref }) => ref?.ecosystem !== 'Go' || ref.name !== 'stdlib'),
    );
  },
  support: {},
  links: trivyLinks,
  witness: allLockWitnesses(),
  witnessFor: lockWitnesses,
  witnessEach: true,
};
