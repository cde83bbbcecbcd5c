import { z } from 'zod';
import { bad, ok, type Result } from '../model/problem.ts';

/** The event that starts the chat: only the number of the comment and its text are taken from it. Everything else is asked again. */

const idSchema = z.number().int().positive();
const eventSchema = z.looseObject({
  action: z.string(),
  issue: z.looseObject({ number: idSchema }),
  comment: z.looseObject({ id: idSchema, body: z.string().max(262_144) }),
});

export interface CommentEvent {
  readonly action: string;
  readonly thread: number;
  readonly comment: number;
  readonly body: string;
}

/** The event as the runner keeps it in a file; what is no comment on an issue or a pull request is refused. */
export function readEvent(text: string, where: string): Result<CommentEvent> {
  let found = 'no JSON';
  try {
    const parsed = eventSchema.safeParse(JSON.parse(text));
    if (parsed.success) {
      const { action, issue, comment } = parsed.data;
      return ok({ action, thread: issue.number, comment: comment.id, body: comment.body });
    }
    found = z.prettifyError(parsed.error).split('\n')[0] ?? found;
  } catch {
    // Said below.
  }
  return bad({
    code: 'chat.no-event',
    where,
    found,
    expected: 'the event `issue_comment` as the runner stores it',
    remedy: 'start this for `on: issue_comment: types: [created]`, with $GITHUB_EVENT_PATH',
  });
}
