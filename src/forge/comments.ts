import { z } from 'zod';
import type { ForgeComments, ForgeReactions } from '../model/forge.ts';
import { commentSchema, idSchema } from './answers.ts';
import type { Connection } from './connection.ts';
import { ForgeError } from './failure.ts';
import { commentKey, type Nodes } from './nodes.ts';
import { once } from './once.ts';

/** Comments and reactions. */

/** Most characters of a comment. */
const LONGEST = 65_536;

export function forgeComments(connection: Connection, nodes: Nodes): ForgeComments {
  const { ports } = connection;
  const remember = new Map<string, number>();

  /** Ours with this marker, oldest first: somebody else may have copied it, and theirs are left alone. */
  const ours = async (issue: number, marker: string) => {
    const { id } = await connection.self();
    const all = await connection.list(
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { issue_number: issue },
      commentSchema,
    );
    return all.filter(({ author, body }) => author?.id === id && body.includes(marker)).toSorted((a, b) => a.id - b.id);
  };

  const remove = async (id: number): Promise<void> => {
    try {
      // The second time it is gone already: that is what was wanted.
      await connection.send(
        'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
        { comment_id: id },
        z.unknown(),
        { repeatable: true },
      );
    } catch (error) {
      if (!(error instanceof ForgeError) || error.status !== 404) throw error;
    }
  };

  /** The oldest stays; what a late answer has doubled goes. */
  const only = async (issue: number, marker: string) => {
    const [first, ...rest] = await ours(issue, marker);
    for (const { id } of rest) await remove(id);
    return first;
  };

  const change = async (id: number, body: string) => {
    try {
      return await connection.send(
        'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
        { comment_id: id, body },
        commentSchema,
        { repeatable: true },
      );
    } catch (error) {
      // Somebody deleted it: it is made anew.
      if (error instanceof ForgeError && error.status === 404) return undefined;
      throw error;
    }
  };

  return {
    async read(id) {
      const found = await connection.find(
        'GET /repos/{owner}/{repo}/issues/comments/{comment_id}',
        { comment_id: id },
        commentSchema,
      );
      if (found === undefined) return undefined;
      const { url: _url, node: _node, ...comment } = found;
      return comment;
    },
    async upsert({ issue, marker, body, fresh = false, stays = () => false }) {
      const text = commentText(body, marker);
      const key = commentKey({ issue, marker });
      const known = remember.get(key);
      if (known !== undefined) {
        const changed = await change(known, text);
        if (changed !== undefined) return { id: changed.id, url: changed.url };
      }
      const there = await once(ports, {
        fresh,
        look: () => only(issue, marker),
        act: () =>
          connection.send(
            'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
            { issue_number: issue, body: text },
            commentSchema,
          ),
      });
      remember.set(key, there.id);
      nodes.comments.set(key, there.node);
      const now = there.body === text || stays(there.body) ? there : await change(there.id, text);
      return { id: there.id, url: now?.url ?? there.url };
    },
  };
}

/** What stands in a living comment. */
export function commentText(body: string, marker: string): string {
  return `${cut(body, LONGEST - marker.length - 1)}\n${marker}`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

export function forgeReactions(connection: Connection): ForgeReactions {
  return {
    async add(comment, content) {
      await connection.send(
        'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
        { comment_id: comment, content },
        idSchema,
        { repeatable: true },
      );
    },
  };
}
