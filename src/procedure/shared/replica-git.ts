import { branchPart, type GitRemote } from './git-remote.ts';
import type { Replica, ReplicaBatch } from './store.ts';

/**
 * Copies of journals as branches `<prefix>/journal/<run>`. Each batch of records is a file of its own, named by the number of its first record, so a
 * commit holds only what is new; all files one after another are the journal, byte for byte. Hundreds of batches lie in directories
 * of a thousand records, since git writes a directory anew whenever something in it changes.
 */
export function gitReplica(remote: GitRemote, prefix: string): Replica {
  const branch = (run: string): string => `${prefix}/journal/${branchPart(run)}`;
  const documents = (environment: string): string => `${prefix}/records/${branchPart(environment)}`;
  return {
    async read(run) {
      const version = await remote.head(branch(run));
      if (version === undefined) return undefined;
      const names = await remote.list(version);
      const below = (directory: string): readonly string[] => names.filter((name) => name.startsWith(`${directory}/`));
      return {
        version,
        journal: await remote.read(version, below('journal')),
        payloads: await remote.read(version, below('payloads')),
      };
    },
    async append(run, before, batch) {
      const version = await remote.commit({
        parent: before,
        files: batchFiles(batch),
        remove: batch.payloadsAnew && before !== undefined ? ['payloads'] : [],
        message: `run ${run}: ${countText(batch)}\n`,
      });
      return (await remote.push(version, branch(run))) === 'pushed' ? version : undefined;
    },
    async readDocuments(environment) {
      const version = await remote.head(documents(environment));
      if (version === undefined) return undefined;
      const files: Record<string, string> = {};
      for (const name of await remote.list(version)) files[name] = await remote.read(version, [name]);
      return { version, files };
    },
    async writeDocuments(environment, before, files) {
      const version = await remote.commit({
        parent: before?.version,
        files,
        message: `${environment}: what is remembered of its releases\n`,
      });
      return (await remote.push(version, documents(environment))) === 'pushed';
    },
  };
}

function batchFiles({ seq, journal, payloads, payloadsAnew }: ReplicaBatch): Readonly<Record<string, string>> {
  return {
    ...(journal === '' ? {} : { [`journal/${batchName(seq)}`]: journal }),
    // All payloads anew come first: the batches that follow are added behind them.
    ...(payloads === '' ? {} : { [`payloads/${batchName(payloadsAnew ? 0 : seq)}`]: payloads }),
  };
}

function batchName(seq: number): string {
  return `${String(Math.floor(seq / 1000)).padStart(9, '0')}/${String(seq).padStart(12, '0')}.jsonl`;
}

function countText({ seq, journal, payloadsAnew }: ReplicaBatch): string {
  const count = journal.split('\n').length - 1;
  if (count === 0) return payloadsAnew ? 'payloads redacted' : 'another process goes on';
  return `records ${seq} to ${seq + count - 1}${payloadsAnew ? ', payloads redacted' : ''}`;
}
