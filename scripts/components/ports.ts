import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';

/** From below the kernel's ephemeral range: a port that listen(0) gives could be taken by somebody's outgoing connection before the component binds it, which happens under load. */
const FIRST = 10_000;
const LAST = 31_999;
/** Ports in a block; `FIRST` is the first of one. */
const BLOCK = 50;
const BLOCKS = (LAST - FIRST + 1) / BLOCK;

interface Block {
  readonly first: number;
  /** How many of its ports were given away. */
  given: number;
}

/** What holds our blocks, as long as this process lives. */
const held: Server[] = [];
/** First ports of our blocks, in the order in which they were drawn. */
const own: number[] = [];
let current: Promise<Block> | undefined;
/** What single ports and ranges are drawn from now: never drawn a second time meanwhile. */
const inUse: { single?: number; ranges?: Block } = {};

/**
 * A loopback TCP port on which nobody listens, out of a block that this process alone draws from. Between this answer and the moment
 * somebody listens there may lie a whole release; another process of ours that asks meanwhile gets a port of another block.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    current ??= takeBlock();
    const asked = current;
    const block = await asked;
    inUse.single = block.first;
    if (block.given === BLOCK) {
      // Several may have waited for the same block: only the first of them asks for the next.
      if (current === asked) current = undefined;
      continue;
    }
    const port = block.first + block.given++;
    if (await canListen(port)) return port;
  }
  throw new Error(`no free loopback port was found between ${FIRST} and ${LAST}`);
}

/** `count` free loopback ports in a row, at most 50, that nobody else of ours gets: the first and the last. */
export async function freePortRange(count: number): Promise<readonly [first: number, last: number]> {
  if (count > BLOCK) throw new Error(`${count} ports in a row were asked for; ${BLOCK} is the most`);
  for (let attempt = 0; attempt < 50; attempt++) {
    // Two ranges fit into a block: a test of many trials would draw all blocks there are.
    const left = inUse.ranges;
    const block = left !== undefined && left.given + count <= BLOCK ? left : await takeBlock();
    if (block.given + count > BLOCK) continue;
    const first = block.first + block.given;
    block.given += count;
    inUse.ranges = block;
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(ports.map(canListen))).every((free) => free)) return [first, first + count - 1];
  }
  throw new Error(`no ${count} free ports in a row were found between ${FIRST} and ${LAST}`);
}

/** A block that no other process holds. One that has drawn all there are begins again with its own oldest. */
async function takeBlock(): Promise<Block> {
  const start = randomInt(BLOCKS);
  for (let step = 0; step < BLOCKS; step++) {
    const first = FIRST + BLOCK * ((start + step) % BLOCKS);
    if (await hold(first)) return drawn(first);
  }
  const oldest = own.find((first) => first !== inUse.single && first !== inUse.ranges?.first);
  if (oldest !== undefined) {
    own.splice(own.indexOf(oldest), 1);
    return drawn(oldest);
  }
  throw new Error(`all ports between ${FIRST} and ${LAST} are held by other processes`);
}

function drawn(first: number): Block {
  own.push(first);
  return { first, given: 0 };
}

/** Holds a block by a name that the kernel gives to one process at a time, and takes back when that process ends. Only Linux has such names; elsewhere chance must do. */
function hold(first: number): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true);
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(false));
    server.listen(`\0shiplock-ports-${first}`, () => {
      server.unref();
      held.push(server);
      resolve(true);
    });
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Does somebody take connections at this loopback port? */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
