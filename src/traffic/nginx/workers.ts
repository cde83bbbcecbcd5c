import { readdir, readFile, readlink } from 'node:fs/promises';
import { isIPv6 } from 'node:net';

/** The processes of one Nginx as Linux shows them, and the connections they hold to instances. */

export interface Workers {
  readonly master: number;
  /** Take new connections. */
  readonly taking: readonly number[];
  /** Of earlier configurations: finish what they have. */
  readonly leaving: readonly number[];
}

/**
 * @throws Error in words for an operator when no master runs
 */
export async function lookAtWorkers(pidFile: string): Promise<Workers> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const master = Number(text.trim());
  if (!/^\d+\s*$/.test(text) || !(await titleOf(master)).startsWith('nginx: master process')) {
    throw new Error(`no process of the pid in ${pidFile} is an Nginx`);
  }
  const children = await readFile(`/proc/${master}/task/${master}/children`, 'utf8').catch(() => '');
  const pids = children.split(' ').filter((word) => word !== '');
  const titles = await Promise.all(pids.map(async (pid) => ({ pid: Number(pid), title: await titleOf(Number(pid)) })));
  const workers = titles.filter(({ title }) => title.startsWith('nginx: worker process'));
  const isLeaving = (title: string): boolean => title.startsWith('nginx: worker process is shutting down');
  return {
    master,
    taking: workers.filter(({ title }) => !isLeaving(title)).map(({ pid }) => pid),
    leaving: workers.filter(({ title }) => isLeaving(title)).map(({ pid }) => pid),
  };
}

/** Nginx writes there what each process is. */
async function titleOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

/**
 * Open connections of these workers per address (`127.0.0.1:3001`), old workers included. For a version without share each is an
 * open request: new workers have none to it, and old ones let go of idle connections at once. Where requests still go, idle
 * connections of the last two seconds are among them.
 */
export async function openConnections(
  workers: Workers,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map(addresses.map((address) => [address, 0]));
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${workers.master}/net/${name}`, 'utf8').catch(() => '')),
  );
  const wanted = new Map(addresses.map((address) => [kernelAddress(address), address]));
  const inodes = new Map(tables.flatMap((table) => connectionsIn(table, wanted)));
  if (inodes.size === 0) return counts;
  const held = await Promise.all([...workers.taking, ...workers.leaving].map(socketsOf));
  for (const inode of held.flat()) {
    const address = inodes.get(inode);
    if (address !== undefined) counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  return counts;
}

/** Connected, or still connecting. */
const OPEN_STATES = new Set(['01', '02']);

function connectionsIn(
  table: string,
  wanted: ReadonlyMap<string, string>,
): readonly (readonly [inode: string, address: string])[] {
  return table.split('\n').flatMap((row) => {
    const [, , remote = '', state = '', , , , , , inode = ''] = row.trim().split(/\s+/);
    const address = OPEN_STATES.has(state) ? wanted.get(remote) : undefined;
    return address === undefined ? [] : [[inode, address] as const];
  });
}

/** Whether one of these workers has a file open. */
export async function holdOpen(workers: Workers, path: string): Promise<boolean> {
  const held = await Promise.all([...workers.taking, ...workers.leaving].map(openFiles));
  return held.flat().includes(path);
}

async function socketsOf(pid: number): Promise<readonly string[]> {
  const links = await openFiles(pid);
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

async function openFiles(pid: number): Promise<readonly string[]> {
  const directory = `/proc/${pid}/fd`;
  const names = await readdir(directory).catch(() => []);
  return Promise.all(names.map((name) => readlink(`${directory}/${name}`).catch(() => '')));
}

/** `127.0.0.1:80` as the kernel writes it: each group of four bytes as a number of this machine (little-endian), in hexadecimal. */
export function kernelAddress(address: string): string {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  const bytes = isIPv6(host) ? ipv6Bytes(host) : host.split('.').map(Number);
  const words = Array.from({ length: bytes.length / 4 }, (_, n) => bytes.slice(n * 4, n * 4 + 4).toReversed());
  const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
  return `${words
    .flat()
    .map((byte) => hex(byte, 2))
    .join('')}:${hex(Number(port), 4)}`;
}

function ipv6Bytes(host: string): readonly number[] {
  const [head = '', tail] = host.split('::');
  const groups = (text: string): readonly number[] =>
    text === ''
      ? []
      : text.split(':').flatMap((group) => (group.includes('.') ? pairs(group) : [Number.parseInt(group, 16)]));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 255]);
}

/** `::ffff:127.0.0.1`: the last four bytes in dots. */
function pairs(dotted: string): readonly number[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}
