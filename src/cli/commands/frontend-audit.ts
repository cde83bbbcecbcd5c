import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { auditPages, type PageAudit, passes, SLOW_PHONE, THIS_MACHINE } from '../../build/frontend/audit/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { formatSize } from '../../model/size.ts';
import { startStaticServer } from '../../platform/local/static-server.ts';
import { systemClock } from '../../procedure/index.ts';
import { type CommandResult, type Io, painter } from '../io.ts';

export interface AuditCommandOptions {
  readonly route: readonly string[];
  readonly visits: number;
  /** Milliseconds. */
  readonly maxLcp: number;
  readonly maxCls: number;
  readonly maxTbt: number;
  /** Bytes. */
  readonly maxTransfer?: number;
  readonly throttle: boolean;
  readonly accessibility: boolean;
  readonly browser?: string;
  readonly json?: boolean;
}

/** Audits a site, or a directory that is served for so long as the static server of a release would serve it. */
export async function auditPlace(io: Io, place: string, options: AuditCommandOptions): Promise<CommandResult> {
  const routes = options.route.length === 0 ? ['/'] : options.route;
  const site = await openSite(io, place);
  try {
    const pages = await auditPages({
      urls: routes.map((route) => new URL(route, site.url).href),
      visits: options.visits,
      conditions: options.throttle ? SLOW_PHONE : THIS_MACHINE,
      limits: {
        lcp: options.maxLcp,
        cls: options.maxCls,
        tbt: options.maxTbt,
        transfer: options.maxTransfer ?? null,
      },
      accessibility: options.accessibility,
      ...(options.browser === undefined ? {} : { browser: resolve(io.cwd, options.browser) }),
      env: io.env,
      clock: systemClock,
      onVisit: (url, number) => {
        if (options.json !== true) io.err(`${url}: visit ${number} of ${options.visits}\n`);
      },
    });
    const passed = pages.every(passes);
    return {
      exit: passed ? EXIT.done : EXIT.failed,
      text: pages.map((page) => auditText(page, painter(io))).join('\n\n'),
      json: jsonSchema.parse({ passed, throttled: options.throttle, pages }),
    };
  } finally {
    await site.close();
  }
}

interface Site {
  readonly url: string;
  close(): Promise<void>;
}

async function openSite(io: Io, place: string): Promise<Site> {
  if (/^https?:\/\//.test(place) && URL.canParse(place)) return { url: place, close: async () => undefined };
  const root = resolve(io.cwd, place);
  if ((await stat(root).catch(() => undefined))?.isDirectory() !== true) {
    throw new ProblemError({
      code: 'cli.audit-place',
      where: place,
      found: 'neither a directory nor an address',
      expected: 'a directory of built files, or an address such as https://staging.example.org',
      remedy: 'build the frontend first, or mend the name',
    });
  }
  const server = await startStaticServer({ root, host: '127.0.0.1', port: 0, singlePage: true });
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.drain() };
}

/** Pure. */
export function auditText(page: PageAudit, paint: ReturnType<typeof painter>): string {
  const { fcp, lcp, cls, tbt, transfer, requests } = page.figures;
  const ms = (value: number | null): string => (value === null ? 'never' : `${Math.round(value)} ms`);
  const rows = [
    `first paint ${ms(fcp)} · largest paint ${ms(lcp)} · layout shift ${cls.toFixed(3)} · blocked ${ms(tbt)}`,
    `${requests} requests, ${formatSize(transfer)}${page.accessibility ? '' : ' · accessibility was not looked at'}`,
  ];
  const findings = page.findings.map(
    ({ rule, level, message }) =>
      `${level === 'error' ? paint('red', 'error') : paint('yellow', 'warning')} ${rule}: ${message}`,
  );
  const end = page.findings.length === 0 ? [paint('green', 'nothing is wrong')] : findings;
  return [`${paint('bold', page.url)} (${page.visits} visits)`, ...rows, ...end].join('\n');
}
