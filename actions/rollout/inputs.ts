import { ProblemError } from '../../src/model/problem.ts';
import type { InputName } from './io.ts';

/** What the action is asked to do, read once from its inputs. */
export interface Inputs {
  readonly environment: string;
  readonly config: string;
  readonly state: string;
  readonly release: string | undefined;
  readonly reason: string;
  readonly seed: boolean;
}

/**
 * Reads every input by its name. `get` gives the text of an input, empty when it is not set.
 * @throws ProblemError `cli.action-input` for an input that is missing or has no meaning
 */
export function readInputs(get: (name: InputName) => string): Inputs {
  const text = (name: InputName): string => get(name).trim();
  const needed = (name: InputName, example: string): string => {
    const value = text(name);
    if (value === '')
      throw badInput(name, 'nothing', 'a value', `set \`${name}:\` under \`with:\`, for instance ${example}`);
    return value;
  };
  const release = text('release');
  return {
    environment: needed('environment', 'production'),
    config: needed('config', 'shiplock.yaml'),
    state: needed('state', '/var/lib/shiplock/certkeeper'),
    release: release === '' ? undefined : release,
    reason: needed('reason', '"faster search"'),
    seed: truth('seed', text('seed')),
  };
}

function truth(name: InputName, value: string): boolean {
  if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw badInput(name, JSON.stringify(value), 'true or false', `write \`${name}: true\` or leave it out`);
}

function badInput(name: InputName, found: string, expected: string, remedy: string): ProblemError {
  return new ProblemError({ code: 'cli.action-input', where: `input ${name}`, found, expected, remedy });
}
