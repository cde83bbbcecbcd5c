import { createServer, type Server } from 'node:http';
import { z } from 'zod';
import { freePort } from '../../scripts/components/ports.ts';

/** A webhook receiver that keeps what it got. */

const alertSchema = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  generatorURL: z.string(),
  fingerprint: z.string(),
});
/** What Alertmanager's own webhook sends, version 4; ours has the same form. */
const messageSchema = z.strictObject({
  version: z.literal('4'),
  groupKey: z.string(),
  truncatedAlerts: z.number(),
  status: z.enum(['firing', 'resolved']),
  receiver: z.string(),
  groupLabels: z.record(z.string(), z.string()),
  commonLabels: z.record(z.string(), z.string()),
  commonAnnotations: z.record(z.string(), z.string()),
  externalURL: z.string(),
  alerts: z.array(alertSchema),
});
export type HookMessage = z.infer<typeof messageSchema>;

export interface Hook extends AsyncDisposable {
  readonly url: string;
  readonly messages: HookMessage[];
  /** Headers `authorization` of the requests, in order. */
  readonly authorizations: (string | undefined)[];
  /** `firing ShiplockGateOpen`, one per alert and message. */
  heard(): readonly string[];
}

export async function startHook(): Promise<Hook> {
  const messages: HookMessage[] = [];
  const authorizations: (string | undefined)[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const parsed = messageSchema.safeParse(JSON.parse(text));
      authorizations.push(request.headers.authorization);
      if (parsed.success) messages.push(parsed.data);
      response.statusCode = parsed.success ? 200 : 400;
      response.end(parsed.success ? '' : z.prettifyError(parsed.error));
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}/hook`,
    messages,
    authorizations,
    heard: () =>
      messages.flatMap(({ alerts }) => alerts.map(({ status, labels }) => `${status} ${labels['alertname'] ?? ''}`)),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
