import { chatCommands } from '../../../src/cli/chat/doing.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { terminal } from '../terminal.ts';

/** The commands as the product opens them: a test has no list of its own. */
export const COMMANDS = chatCommands(buildProgram(terminal(), () => undefined));
