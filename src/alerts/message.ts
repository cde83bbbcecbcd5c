import { z } from 'zod';
import { bad, ok, type Result } from '../model/problem.ts';

/** What Alertmanager posts to a webhook (its form `version: "4"`), as far as it is read here. Pure. */

/** Most bytes of one message: Alertmanager cuts groups by `max_alerts`, and nobody else is meant to write. */
export const MOST_BYTES = 512 * 1024;
const MOST_ALERTS = 1000;
/** A label is a name or an address; what is longer is none that an input could mean. */
const MOST_LABEL = 4096;

const alertSchema = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string().max(MOST_LABEL), z.string().max(MOST_LABEL)),
  startsAt: z.iso.datetime({ offset: true }),
  /** Of its labels, by Alertmanager: 64 bits in hexadecimal digits. */
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
});

const messageSchema = z.looseObject({ version: z.literal('4'), alerts: z.array(alertSchema).max(MOST_ALERTS) });

/** One alert of a message. Its labels and its beginning say which one it is: the same for as long as it fires, however often it is told. */
export interface ToldAlert {
  readonly firing: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly startsAt: number;
}

/** @param text body of the request */
export function parseMessage(text: string): Result<readonly ToldAlert[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad(badMessage('text that is no JSON'));
  }
  const message = messageSchema.safeParse(value);
  if (!message.success) {
    const [issue] = message.error.issues;
    return bad(badMessage(`${issue?.path.join('.') || 'the message'}: ${issue?.message ?? 'another form'}`));
  }
  return ok(
    message.data.alerts.map(({ status, labels, fingerprint, startsAt }) => ({
      firing: status === 'firing',
      labels,
      fingerprint,
      startsAt: Date.parse(startsAt),
    })),
  );
}

function badMessage(found: string) {
  return {
    code: 'alert.bad-message',
    where: 'body',
    found: found.slice(0, 300),
    expected: 'a message of the webhook of Alertmanager, version 4',
    remedy: 'let only `webhook_configs` of Alertmanager write here',
  };
}
