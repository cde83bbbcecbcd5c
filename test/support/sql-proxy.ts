import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Stands between the product and a real server and does harm at a statement: it reads the packets of the protocol of MySQL, so that a test can
 * say "when this statement was sent", "when its answer began". The bytes themselves are passed on as they are.
 */

/** What becomes of one statement. */
export type Harm =
  | 'pass'
  /** Neither side hears of the other again, and the statement never arrives. */
  | 'cut-before'
  /** The statement arrives; the connection is cut at once. */
  | 'cut-behind'
  /** The answer comes as far as its third byte. */
  | 'cut-answer'
  /** Nothing arrives from here on, and nobody is told: packets vanish. */
  | 'vanish-before'
  /** The statement arrives, its answer and all that follows vanish. */
  | 'vanish-behind';

export interface SqlProxy extends AsyncDisposable {
  readonly port: number;
  /** Asked for every statement, in the order of arrival, before it is passed on. */
  onStatement: (sql: string) => Harm | Promise<Harm>;
  /** Told when the first byte of the answer to a statement is there; it is passed on when the promise is settled. */
  onAnswer: (sql: string) => void | Promise<void>;
  close(): Promise<void>;
}

const COM_QUERY = 3;
const COM_STMT_PREPARE = 22;

/** Listens on loopback, at `port` or at any that is free, and passes on to `target`. */
export async function startSqlProxy(target: () => number, port = 0): Promise<SqlProxy> {
  const open = new Set<Socket>();
  const server: Server = createServer();
  const proxy: SqlProxy = {
    get port() {
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    },
    onStatement: () => 'pass',
    onAnswer: () => undefined,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
  server.on('connection', (client) => {
    const upstream = connect(target(), '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    pair(proxy, client, upstream);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return proxy;
}

function pair(proxy: SqlProxy, client: Socket, upstream: Socket): void {
  const cut = (): void => {
    client.destroy();
    upstream.destroy();
  };
  let gone = false;
  let asked: string | undefined;
  let cutAnswer = false;
  const vanish = (): void => {
    gone = true;
  };
  const fromClient = inPackets(async (packet) => {
    if (gone) return;
    const sql = statementOf(packet);
    if (sql === undefined) {
      upstream.write(packet);
      return;
    }
    const harm = await proxy.onStatement(sql);
    if (harm === 'cut-before') return cut();
    if (harm === 'vanish-before') return vanish();
    asked = sql;
    cutAnswer = harm === 'cut-answer';
    upstream.write(packet);
    if (harm === 'vanish-behind') vanish();
    // The bytes are with the kernel: what is closed now is closed behind them.
    if (harm === 'cut-behind') setImmediate(cut);
  });
  client.on('data', fromClient);
  client.on('close', () => !gone && upstream.end());
  upstream.on('close', () => !gone && client.end());
  let passing = Promise.resolve();
  upstream.on('data', (bytes: Buffer) => {
    passing = passing.then(async () => {
      if (gone) return;
      const sql = asked;
      asked = undefined;
      if (sql !== undefined) await proxy.onAnswer(sql);
      if (sql !== undefined && cutAnswer) {
        client.write(bytes.subarray(0, 3));
        setImmediate(cut);
        return;
      }
      client.write(bytes);
    });
  });
}

/** Calls `packet` for each whole packet, one after the other. */
function inPackets(packet: (bytes: Buffer) => Promise<void>): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let going = Promise.resolve();
  return (bytes) => {
    going = going.then(async () => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      while (rest.length >= 4) {
        const end = 4 + rest.readUIntLE(0, 3);
        if (rest.length < end) return;
        const whole = rest.subarray(0, end);
        rest = rest.subarray(end);
        await packet(whole);
      }
    });
  };
}

/** The first packet of a command that carries a statement; those of the handshake have higher numbers. */
function statementOf(packet: Buffer): string | undefined {
  const command = packet[4];
  if (packet[3] !== 0 || (command !== COM_QUERY && command !== COM_STMT_PREPARE)) return undefined;
  return packet.subarray(5).toString('utf8');
}
