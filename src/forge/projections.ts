import { z } from 'zod';
import type { ForgeProjections } from '../model/forge.ts';
import { parsedJson } from '../model/json.ts';
import { idSchema } from './answers.ts';
import { mayCheck, sayAtOnce } from './at-once.ts';
import type { Connection } from './connection.ts';
import { ForgeError } from './failure.ts';
import { line } from './line.ts';
import type { Nodes } from './nodes.ts';
import { once } from './once.ts';

/** Deployments, statuses and checks: the journal as the forge shows it. They follow from it, and can be made again at any time. */

const TASK = 'shiplock';

const deploymentSchema = z.object({
  id: z.number(),
  node_id: z.string(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]),
});
const stateSchema = z.object({ id: z.number(), state: z.string(), description: z.string().nullable() });
const checkSchema = z.object({ id: z.number(), external_id: z.string().nullable() });

export function forgeProjections(connection: Connection, nodes: Nodes): ForgeProjections {
  const { ports } = connection;

  const deploymentsOf = async (commit: string, environment: string, key: string) => {
    const query = { sha: commit, environment, task: TASK };
    const all = await connection.list('GET /repos/{owner}/{repo}/deployments', query, deploymentSchema);
    return all.filter(({ payload }) => keyIn(payload) === key).toSorted((a, b) => a.id - b.id);
  };

  const stateOf = (id: number, said: Readonly<Record<string, unknown>>) =>
    connection.send(
      'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      { deployment_id: id, ...said },
      stateSchema,
    );

  const statesOf = (id: number, most: number) =>
    connection.list(
      'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
      { deployment_id: id },
      stateSchema,
      { most },
    );

  /** What a late answer has doubled goes; only inactive ones can be deleted. */
  const remove = async (id: number): Promise<void> => {
    await once(ports, {
      look: async () => (await statesOf(id, 1))[0]?.state === 'inactive' || undefined,
      act: async () => stateOf(id, { state: 'inactive', description: 'made twice' }).then(() => true),
    });
    try {
      await connection.send(
        'DELETE /repos/{owner}/{repo}/deployments/{deployment_id}',
        { deployment_id: id },
        z.unknown(),
        { repeatable: true },
      );
    } catch (error) {
      if (!(error instanceof ForgeError) || error.status !== 404) throw error;
    }
  };

  const checksOf = async (commit: string, name: string, key: string) => {
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
    const all = await connection.list(route, { ref: commit, check_name: name, filter: 'all' }, checkSchema, {
      under: 'check_runs',
    });
    return all.filter((one) => one.external_id === key).toSorted((a, b) => a.id - b.id);
  };

  return {
    async deployment({ key, commit, environment, production, description, fresh = false }) {
      const made = await once(ports, {
        fresh,
        look: async () => {
          const [first, ...rest] = await deploymentsOf(commit, environment, key);
          for (const { id } of rest) await remove(id);
          return first;
        },
        act: () =>
          connection.send(
            'POST /repos/{owner}/{repo}/deployments',
            {
              ref: commit,
              task: TASK,
              // Our gates have decided: nothing is merged, and no check is asked a second time.
              auto_merge: false,
              required_contexts: [],
              environment,
              production_environment: production,
              payload: { shiplock: key },
              description: line(description),
            },
            deploymentSchema,
          ),
      });
      nodes.deployments.set(made.id, made.node_id);
      return { id: made.id };
    },
    checks: () => mayCheck(connection),
    atOnce: (said) => sayAtOnce(connection, nodes, said),
    async deploymentState(deployment, { state, description, logUrl, environmentUrl, doubtful = false }) {
      const words = line(description);
      await once(ports, {
        fresh: !doubtful,
        look: async () => {
          const [newest] = await statesOf(deployment, 1);
          return newest?.state === state && (newest.description ?? '') === words ? newest : undefined;
        },
        act: () =>
          stateOf(deployment, {
            state,
            description: words,
            ...(logUrl === undefined ? {} : { log_url: logUrl }),
            ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
          }),
      });
    },
    async status({ commit, context, state, description, url }) {
      // The newest of a context counts: the same twice is the same once.
      await connection.send(
        'POST /repos/{owner}/{repo}/statuses/{sha}',
        {
          sha: commit,
          context,
          state,
          description: line(description),
          ...(url === undefined ? {} : { target_url: url }),
        },
        idSchema,
        { repeatable: true },
      );
    },
    async check({ key, commit, name, conclusion, title, summary, url, fresh: first = false }) {
      const said = {
        ...(conclusion === null ? { status: 'in_progress' } : { status: 'completed', conclusion }),
        output: { title, summary },
        ...(url === undefined ? {} : { details_url: url }),
      };
      const change = (id: number) =>
        connection.send(
          'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
          { check_run_id: id, ...said },
          checkSchema,
          { repeatable: true },
        );
      let fresh = false;
      const made = await once(ports, {
        fresh: first,
        look: async () => {
          fresh = false;
          const [first, ...rest] = await checksOf(commit, name, key);
          // A check run cannot be deleted: what was doubled says the same.
          for (const { id } of rest) await change(id);
          return first;
        },
        act: () => {
          fresh = true;
          return connection.send(
            'POST /repos/{owner}/{repo}/check-runs',
            { name, head_sha: commit, external_id: key, ...said },
            checkSchema,
          );
        },
      });
      if (!fresh) await change(made.id);
      return { id: made.id };
    },
  };
}

const keySchema = z.object({ shiplock: z.string() });

/** The payload comes back as it was given, or as text. */
function keyIn(payload: Readonly<Record<string, unknown>> | string): string | undefined {
  const parsed = keySchema.safeParse(typeof payload === 'string' ? parsedJson(payload) : payload);
  return parsed.success ? parsed.data.shiplock : undefined;
}
