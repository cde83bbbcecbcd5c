import type { Forge } from '../model/forge.ts';
import { forgeClaims } from './claims.ts';
import { forgeComments, forgeReactions } from './comments.ts';
import { forgeCommits } from './commits.ts';
import { type ConnectionOptions, connect } from './connection.ts';
import { forgeJobs } from './jobs.ts';
import { createNodes } from './nodes.ts';
import { forgePeople } from './people.ts';
import { forgeProjections } from './projections.ts';
import { forgePulls } from './pulls.ts';
import { forgePushes } from './pushes.ts';
import { forgeRights } from './rights.ts';
import { forgeRules } from './rules.ts';
import { forgeSettings } from './settings.ts';
import { forgeWriter } from './writer.ts';

export type { Credentials } from './auth.ts';
export { claimRef } from './claims.ts';
export type { ConnectionOptions, ForgePorts } from './connection.ts';
export { ForgeError } from './failure.ts';
export { diffPreview } from './preview.ts';
export { notGood } from './rules.ts';

/** A repository at GitHub, or at what speaks like it. Nothing is asked before it is needed. */
export function openForge(options: ConnectionOptions): Forge {
  const connection = connect(options);
  const nodes = createNodes();
  return {
    comments: forgeComments(connection, nodes),
    reactions: forgeReactions(connection),
    pulls: forgePulls(connection),
    people: forgePeople(connection),
    pushes: forgePushes(connection),
    commits: forgeCommits(connection),
    claims: forgeClaims(connection),
    writer: forgeWriter(connection),
    projections: forgeProjections(connection, nodes),
    rules: forgeRules(connection),
    rights: forgeRights(connection),
    jobs: forgeJobs(connection),
    settings: forgeSettings(connection),
  };
}
