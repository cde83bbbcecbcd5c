import type { ForgeRights } from '../model/forge.ts';
import { idSchema } from './answers.ts';
import type { Connection } from './connection.ts';

/** What we may do in the repository, as far as the forge says it. */

export function forgeRights(connection: Connection): ForgeRights {
  return {
    async granted() {
      await connection.get('GET /repos/{owner}/{repo}', {}, idSchema);
      return connection.granted();
    },
  };
}
