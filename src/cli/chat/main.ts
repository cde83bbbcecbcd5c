import type { Handled } from '../../chatops/index.ts';
import type { Io } from '../io.ts';
import { buildProgram } from '../program.ts';
import type { Registry } from '../registry.ts';
import { type ChatRequest, chat } from './door.ts';

/** The chat for a door that is no command line: with the whole tree of commands, whose results nobody else waits for. */
export function chatFor(io: Io, request: ChatRequest): Promise<Handled> {
  return chat(registryOf(io), request);
}

export function registryOf(io: Io): Registry {
  const done = (): void => undefined;
  return { io, program: buildProgram(io, done), done, again: buildProgram };
}
