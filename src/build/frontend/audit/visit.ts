import { z } from 'zod';
import type { Clock } from '../../../model/ports.ts';
import { ProblemError } from '../../../model/problem.ts';
import type { Connection } from './connection.ts';
import { AXE, COLLECT, OBSERVE } from './in-page.ts';
import { recordedSchema, type Vitals, vitalsOf } from './vitals.ts';
import { PageWatch, type Watched } from './watch.ts';

/** One visit of one page, by somebody who was never there before. */

export interface Conditions {
  /** Null: the network as it is. */
  readonly network: { readonly latencyMs: number; readonly downPerSecond: number; readonly upPerSecond: number } | null;
  /** How many times slower the processor is than this machine's. */
  readonly cpu: number;
  readonly screen: {
    readonly width: number;
    readonly height: number;
    readonly scale: number;
    readonly mobile: boolean;
  };
}

/** A telephone of the middle class on a slow mobile network: what Lighthouse takes when it throttles by DevTools (rate in bytes). */
export const SLOW_PHONE: Conditions = {
  network: { latencyMs: 562.5, downPerSecond: 184_320, upPerSecond: 84_375 },
  cpu: 4,
  screen: { width: 412, height: 823, scale: 1.75, mobile: true },
};
export const THIS_MACHINE: Conditions = {
  network: null,
  cpu: 1,
  screen: { width: 1350, height: 940, scale: 1, mobile: false },
};

const violationsSchema = z.array(
  z.strictObject({
    id: z.string(),
    impact: z.enum(['minor', 'moderate', 'serious', 'critical']).nullable(),
    help: z.string(),
    places: z.array(z.string()),
  }),
);
export type Violation = z.infer<typeof violationsSchema>[number];

export interface Visit extends Watched {
  readonly vitals: Vitals;
  /** Null: not looked for in this visit. */
  readonly violations: readonly Violation[] | null;
}

export interface VisitOptions {
  readonly conditions: Conditions;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Source of axe-core; null: accessibility is not looked at. */
  readonly axe: string | null;
}

/** The page is at rest when nothing was loaded for so long. */
const QUIET_MS = 1000;
const LOOK_EVERY_MS = 50;
const AT_MOST_MS = 45_000;

const contextSchema = z.looseObject({ browserContextId: z.string() });
const targetSchema = z.looseObject({ targetId: z.string() });
const sessionSchema = z.looseObject({ sessionId: z.string() });
const navigatedSchema = z.looseObject({ errorText: z.string().optional() });
const evaluatedSchema = z.looseObject({
  result: z.looseObject({ value: z.unknown().optional() }),
  exceptionDetails: z.looseObject({ text: z.string() }).optional(),
});

export async function visit(connection: Connection, url: string, options: VisitOptions): Promise<Visit> {
  const { browserContextId } = contextSchema.parse(await connection.send('Target.createBrowserContext'));
  try {
    return await visitIn(connection, browserContextId, url, options);
  } finally {
    await connection.send('Target.disposeBrowserContext', { browserContextId }).catch(() => undefined);
  }
}

async function visitIn(
  connection: Connection,
  browserContextId: string,
  url: string,
  options: VisitOptions,
): Promise<Visit> {
  const { clock, axe } = options;
  const about = { url: 'about:blank', browserContextId };
  const { targetId } = targetSchema.parse(await connection.send('Target.createTarget', about));
  const attached = await connection.send('Target.attachToTarget', { targetId, flatten: true });
  const { sessionId } = sessionSchema.parse(attached);
  const send = (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
    connection.send(method, params, sessionId);
  const watch = new PageWatch(() => clock.monotonic());
  const stop = connection.listen((event) => {
    if (event.session === sessionId) watch.see(event);
  });
  try {
    for (const domain of ['Page', 'Network', 'Runtime', 'Log', 'Audits']) await send(`${domain}.enable`);
    await set(send, options.conditions);
    await send('Page.addScriptToEvaluateOnNewDocument', { source: OBSERVE });
    const { errorText } = navigatedSchema.parse(await send('Page.navigate', { url }));
    if (errorText !== undefined) throw notReached(url, errorText);
    await rest(watch, url, options);
    const vitals = vitalsOf(recordedSchema.parse(await evaluate(send, COLLECT)));
    const seen = watch.result();
    // What axe-core makes the page do is not the page's doing.
    const violations = axe === null ? null : await lookWith(send, axe);
    return { ...seen, vitals, violations };
  } finally {
    stop();
  }
}

type Send = (method: string, params?: Readonly<Record<string, unknown>>) => Promise<unknown>;

async function set(send: Send, { network, cpu, screen }: Conditions): Promise<void> {
  const { width, height, scale, mobile } = screen;
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: scale, mobile });
  if (cpu !== 1) await send('Emulation.setCPUThrottlingRate', { rate: cpu });
  if (network === null) return;
  await send('Network.emulateNetworkConditions', {
    offline: false,
    latency: network.latencyMs,
    downloadThroughput: network.downPerSecond,
    uploadThroughput: network.upPerSecond,
  });
}

async function rest(watch: PageWatch, url: string, { clock, signal }: VisitOptions): Promise<void> {
  const begun = clock.monotonic();
  while (!watch.loaded || watch.quietFor() < QUIET_MS) {
    if (clock.monotonic() - begun > AT_MOST_MS) throw neverAtRest(url, watch.loaded);
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

async function lookWith(send: Send, axe: string): Promise<readonly Violation[]> {
  // It looks at every element: on a processor that plays a slow one that takes its time for nothing.
  await send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await send('Runtime.evaluate', { expression: axe });
  return violationsSchema.parse(await evaluate(send, AXE));
}

/** The value of an expression that gives JSON as text. */
async function evaluate(send: Send, expression: string): Promise<unknown> {
  const answer = evaluatedSchema.parse(
    await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }),
  );
  if (answer.exceptionDetails !== undefined) throw new Error(`in the page: ${answer.exceptionDetails.text}`);
  const { value } = answer.result;
  return typeof value === 'string' ? JSON.parse(value) : undefined;
}

function notReached(url: string, found: string): ProblemError {
  return new ProblemError({
    code: 'audit.not-reached',
    where: url,
    found,
    expected: 'a page that answers',
    remedy: 'mend the address, or start what serves it',
  });
}

function neverAtRest(url: string, loaded: boolean): ProblemError {
  return new ProblemError({
    code: 'audit.never-at-rest',
    where: url,
    found: loaded ? `requests without an end for ${AT_MOST_MS / 1000} s` : `not loaded after ${AT_MOST_MS / 1000} s`,
    expected: 'a page that comes to rest: one second without a request',
    remedy: 'look for a request that never ends (a stream, a poll), or measure without throttling (--no-throttle)',
  });
}
