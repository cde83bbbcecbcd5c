import { type Figure, figureTable, machineLine } from '../test/bench/support/figure.ts';
import { setUp } from './setup.ts';

/** A benchmark: loads its code only when it is run. `words` are what stands behind its name on the command line. */
interface Bench {
  readonly what: string;
  run(words: readonly string[]): Promise<readonly Figure[]>;
}

const benches: Readonly<Record<string, Bench>> = {
  actions: {
    what: 'cold start of every bundled action beside an empty one, and what each loads (about a minute; word: rounds)',
    run: async (words) => (await import('../test/bench/actions/index.ts')).actionsBench(words),
  },
  backup: {
    what: 'backups and restores beside mysqldump, mydumper and mariadb-backup, and what a writer waits meanwhile (about 3 minutes for each; words: mariadb, mysql; --rows N)',
    run: async (words) => (await import('../test/bench/backup/index.ts')).backupBench(words),
  },
  build: {
    what: 'the API of certkeeper built by shiplock beside plain `go build`: cold, with one changed file, without a change; with its image beside ko (about 15 minutes; words: pairs, cold, change, same, ko)',
    run: async (words) => (await import('../test/bench/build/index.ts')).buildBench(words),
  },
  images: {
    what: 'writing and pushing an image beside compiling its program, and crane (about half a minute; word: rounds)',
    run: async (words) => (await import('../test/bench/images.ts')).imagesBench(words),
  },
  chat: {
    what: 'from a comment to the first sign that it was seen, through the workflow in act (about 2 minutes; word: rounds)',
    run: async (words) => (await import('../test/bench/chat.ts')).chatBench(words),
  },
  backfill: {
    what: 'a backfill of a million rows: how far a slowed replica falls behind, and the share of full speed with a healthy one (about 8 minutes for each; words: mysql, mariadb; --rows N)',
    run: async (words) => (await import('../test/bench/backfill/index.ts')).backfillBench(words),
  },
  commit: {
    what: 'commits to a GitOps repository: 32 writers beside pull, rebase, push, and a repository of 2,000 applications (about 5 minutes; parts: writers large)',
    run: async (words) => (await import('../test/bench/commit/index.ts')).commitBench(words),
  },
  analysis: {
    what: 'errors, speed and cost of the analysis on simulated releases (about 10 minutes; parts: aborts promotions speed sharp servers peers cost replay; by name only: choices, dataset --out DIR)',
    run: async (words) => (await import('../test/bench/analysis/index.ts')).analysisBench(words),
  },
  edit: {
    what: 'one value set in many manifests, beside yq, kustomize and the rule of Argo CD Image Updater (about 5 minutes; --files N, --dir DIR with manifests of others)',
    run: async (words) => (await import('../test/bench/edit/index.ts')).editBench(words),
  },
  frontend: {
    what: 'a build of a frontend beside npm ci and npm run build by hand, and its digest on another path (about 2 minutes; word: pairs)',
    run: async (words) => (await import('../test/bench/frontend.ts')).frontendBench(words),
  },
  judge: {
    what: 'time and memory of one answer of `shiplock judge serve` (about 2 minutes)',
    run: async () => (await import('../test/bench/judge.ts')).judgeBench(),
  },
  journal: {
    what: 'records of a journal verified and appended, beside the least that the same bytes cost (seconds)',
    run: async () => (await import('../test/bench/journal.ts')).journalBench(),
  },
  kubernetes: {
    what: 'bad answers until a version is taken back on a real cluster: the judge, and the Prometheus provider of Argo Rollouts (about 4 minutes a round; words: rounds, later)',
    run: async (words) => (await import('../test/bench/kubernetes.ts')).kubernetesBench(words),
  },
  migrations: {
    what: '500 small migrations beside golang-migrate and goose, which are built on first use (about 5 minutes; words: mysql, mariadb, rounds; --files N)',
    run: async (words) => (await import('../test/bench/migrations/index.ts')).migrationsBench(words),
  },
  restore: {
    what: '200,000 rows and 25,000 transactions restored, as relay logs and in the plain way (about 2 minutes for each; words: mysql, mariadb)',
    run: async (words) => (await import('../test/bench/restore/index.ts')).restoreBench(words),
  },
  stall: {
    what: 'what clients of a table of a million rows wait while it is changed and a transaction holds it (about 6 minutes for each; words: mysql, mariadb, runs; --migrate FILE for golang-migrate beside it)',
    run: async (words) => (await import('../test/bench/stall/index.ts')).stallBench(words),
  },
  parse: {
    what: 'statements that the grammar reads and refuses, beside the real server and other parsers (about 10 minutes; --suite DIR, --apps DIR …, --dialect, --show FILE)',
    run: async (words) => (await import('../test/bench/parse/index.ts')).parseBench(words),
  },
  lint: {
    what: 'findings of level error beside 400 statements judged by hand (seconds; --apps DIR …, --show)',
    run: async (words) => (await import('../test/bench/lint/index.ts')).lintBench(words),
  },
  scan: {
    what: 'a scan of certkeeper with every scanner, cold and warm (about 5 minutes; word: rounds)',
    run: async (words) => (await import('../test/bench/scan.ts')).scanBench(words),
  },
  split: {
    what: 'splitting a seed file of 50 MB in three shapes: time and memory, beside the client (about a minute)',
    run: async () => (await import('../test/bench/split.ts')).splitBench(),
  },
  traffic: {
    what: 'requests lost, speed of rollbacks, dead-man, status and plan (about 40 minutes; parts: shifts releases detection dead-man speeds; --proxy nginx for all but the last; --strategy, --rounds, --rate and --control for releases)',
    run: async (words) => (await import('../test/bench/traffic/index.ts')).trafficBench(words),
  },
};

/**
 * Measures on this machine and prints a Markdown table of figures beside what was promised.
 *   node scripts/bench.ts [NAME [PART…]]
 * Exit codes: 0 every promise was kept · 1 one was not · 2 unknown name, or something is missing on this machine
 */
async function main([name, ...words]: readonly string[]): Promise<number> {
  const bench = name !== undefined && Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (bench === undefined) {
    const list = Object.entries(benches).map(([key, { what }]) => `  ${key}  ${what}`);
    process.stderr.write(
      `${name === undefined ? 'which benchmark?' : `there is no benchmark "${name}"`}\n${list.join('\n')}\n`,
    );
    return 2;
  }
  const missing = await setUp('test');
  if (missing.length > 0) {
    process.stderr.write(`${missing.join('\n')}\n`);
    return 2;
  }
  const before = machineLine();
  const figures = await bench.run(words);
  process.stdout.write(`\nbefore: ${before}\nafter:  ${machineLine()}\n\n${figureTable(figures)}\n`);
  return figures.some((figure) => figure.met === false) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
