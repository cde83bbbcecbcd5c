import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

/**
 * The Chrome DevTools Protocol over a pair of pipes (`--remote-debugging-pipe`): JSON messages that end with a NUL. No port is opened, so
 * nobody else on the machine can drive the browser. https://chromedevtools.github.io/devtools-protocol/
 */

const messageSchema = z.looseObject({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  sessionId: z.string().optional(),
});

export interface BrowserEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Which page it is about; undefined: the browser itself. */
  readonly session: string | undefined;
}

export interface Connection {
  /** @throws Error when the browser refuses, or ends before it answers */
  send(method: string, params?: Readonly<Record<string, unknown>>, session?: string): Promise<unknown>;
  /** @returns stops listening */
  listen(listener: (event: BrowserEvent) => void): () => void;
  /** Nobody answers any more: everything that waits fails with this. */
  end(why: string): void;
}

interface Waiting {
  readonly method: string;
  readonly done: (result: unknown) => void;
  readonly failed: (error: Error) => void;
}

export function openConnection(to: Writable, from: Readable): Connection {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: BrowserEvent) => void>();
  let last = 0;
  let ended: string | undefined;
  let rest: Buffer = Buffer.alloc(0);

  const receive = (text: string): void => {
    const message = messageSchema.parse(JSON.parse(text));
    if (message.id !== undefined) {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error === undefined) one?.done(message.result);
      else one?.failed(new Error(`${one.method}: ${message.error.message}`));
    } else if (message.method !== undefined) {
      const event = { method: message.method, params: message.params ?? {}, session: message.sessionId };
      for (const listener of listeners) listener(event);
    }
  };
  const end = (why: string): void => {
    ended ??= why;
    for (const { method, failed } of waiting.values()) failed(new Error(`${method}: ${why}`));
    waiting.clear();
  };
  from.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let at = rest.indexOf(0); at !== -1; at = rest.indexOf(0)) {
      const text = rest.subarray(0, at).toString('utf8');
      rest = rest.subarray(at + 1);
      receive(text);
    }
  });
  from.on('close', () => end('the browser has ended'));
  from.on('error', () => end('the browser has ended'));
  to.on('error', () => end('the browser has ended'));

  return {
    end,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    send: (method, params = {}, session) =>
      new Promise((done, failed) => {
        if (ended !== undefined) {
          failed(new Error(`${method}: ${ended}`));
          return;
        }
        last += 1;
        waiting.set(last, { method, done, failed });
        const message = { id: last, method, params, ...(session === undefined ? {} : { sessionId: session }) };
        to.write(`${JSON.stringify(message)}\0`);
      }),
  };
}
