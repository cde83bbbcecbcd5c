import { z } from 'zod';
import type { ForgeSettings } from '../model/forge.ts';
import type { Connection } from './connection.ts';
import { ForgeError } from './failure.ts';

/** Environments, secrets and variables of a repository, by name. The forge gives the values of variables too; they are not kept. */

const environmentSchema = z.object({
  name: z.string(),
  protection_rules: z.array(z.object({ type: z.string() })).optional(),
});
const namedSchema = z.object({ name: z.string() });

export function forgeSettings(connection: Connection): ForgeSettings {
  /** Nothing of this kind: no organisation, no such environment. That the repository is there was seen before. */
  const names = async (route: string, under: string, environment?: string): Promise<readonly string[]> => {
    const parameters = environment === undefined ? {} : { environment_name: environment };
    try {
      return (await connection.list(route, parameters, namedSchema, { under })).map(({ name }) => name);
    } catch (error) {
      if (error instanceof ForgeError && error.status === 404) return [];
      throw error;
    }
  };
  const all = async (kind: 'secrets' | 'variables', environment: string | null): Promise<ReadonlySet<string>> => {
    const lists = await Promise.all([
      names(`GET /repos/{owner}/{repo}/actions/${kind}`, kind),
      names(`GET /repos/{owner}/{repo}/actions/organization-${kind}`, kind),
      ...(environment === null
        ? []
        : [names(`GET /repos/{owner}/{repo}/environments/{environment_name}/${kind}`, kind, environment)]),
    ]);
    return new Set(lists.flat());
  };
  return {
    async environments() {
      const route = 'GET /repos/{owner}/{repo}/environments';
      const found = await connection.list(route, {}, environmentSchema, { under: 'environments' });
      return found.map(({ name, protection_rules: rules = [] }) => ({
        name,
        reviewed: rules.some(({ type }) => type === 'required_reviewers'),
      }));
    },
    secrets: (environment) => all('secrets', environment),
    variables: (environment) => all('variables', environment),
  };
}
