import { inRepository, notFound, paged, type RepositoryContext } from '../operation.ts';
import { type Settings, stamp } from '../world.ts';

/** Secrets and variables, as they are listed: of a repository, of its organisation, of an environment. */

type Of = (context: RepositoryContext) => Settings;

const ofRepository: Of = ({ repository }) => repository.settings;
const ofOrganisation: Of = ({ repository }) => repository.shared;
const ofEnvironment: Of = ({ repository, path }) => {
  const found = repository.environments.get(path['environment_name'] ?? '');
  if (found === undefined) throw notFound();
  return found.settings;
};

function list(route: string, needs: string, kind: keyof Settings, of: Of) {
  return inRepository(route, needs, (context) => {
    const at = stamp(context.repository.createdAt);
    const all = [...of(context)[kind]].toSorted();
    return paged(context, all, (items) => ({
      total_count: all.length,
      [kind]: items.map((name) => ({
        name,
        created_at: at,
        updated_at: at,
        ...(kind === 'variables' ? { value: 'not asked for' } : {}),
      })),
    }));
  });
}

const REPO = 'GET /repos/{owner}/{repo}';

export const SETTINGS = [
  list(`${REPO}/actions/secrets`, 'secrets:read', 'secrets', ofRepository),
  list(`${REPO}/actions/organization-secrets`, 'secrets:read', 'secrets', ofOrganisation),
  list(`${REPO}/environments/{environment_name}/secrets`, 'environments:read', 'secrets', ofEnvironment),
  list(`${REPO}/actions/variables`, 'actions_variables:read', 'variables', ofRepository),
  list(`${REPO}/actions/organization-variables`, 'actions_variables:read', 'variables', ofOrganisation),
  list(`${REPO}/environments/{environment_name}/variables`, 'environments:read', 'variables', ofEnvironment),
];
