import type { Check, Checked } from '../model/check.ts';
import type { Exec } from '../model/ports.ts';
import type { RoutesState } from '../model/traffic.ts';
import { directoryCheck, programCheck, whyNotFree } from '../procedure/check/index.ts';

export interface TrafficChecks {
  readonly kind: 'haproxy' | 'nginx';
  readonly directory: string;
  /** `host:port`. */
  readonly bind: string;
  readonly exec: Exec;
  readonly observe: (signal: AbortSignal) => Promise<RoutesState>;
}

/** Versions from which on everything the routers ask of the proxy is there. */
const PROXIES = {
  haproxy: { args: ['-v'], least: '2.4' },
  nginx: { args: ['-v'], least: '1.20' },
} as const;

/** What the proxy needs: its program, a place for its files, its address. */
export function trafficChecks({ kind, directory, bind, exec, observe }: TrafficChecks): readonly Check[] {
  return [
    programCheck(exec, {
      program: kind,
      version: PROXIES[kind],
      why: 'gives each version its share',
      mend: `sudo apt-get install ${kind}`,
    }),
    directoryCheck('traffic.directory', 'Directory of the proxy', directory),
    {
      id: 'traffic.bind',
      title: `Address of the proxy, ${bind}`,
      look: async (signal) => {
        const routes = await observe(signal);
        if (routes.kind === 'observed') return bindAnswer(bind, true, undefined);
        const { host, port } = addressOf(bind);
        return bindAnswer(bind, false, await whyNotFree(host, port));
      },
    },
  ];
}

/** Pure. `busy`: why nobody else can listen there. */
export function bindAnswer(bind: string, ours: boolean, busy: string | undefined): Checked {
  if (ours) return { state: 'ok', found: 'our proxy answers' };
  if (busy === undefined) return { state: 'ok', found: 'free: the next release starts the proxy' };
  const { port } = addressOf(bind);
  return {
    state: 'failed',
    found: busy === 'taken' ? `another program listens on ${bind}` : busy,
    expected: 'our proxy, or nobody',
    mend:
      busy === 'taken'
        ? `see which: ss -ltnp 'sport = :${port}'; end it, or change traffic.bind`
        : 'change traffic.bind; ports below 1024 need root or CAP_NET_BIND_SERVICE',
  };
}

function addressOf(bind: string): { readonly host: string; readonly port: number } {
  const cut = bind.lastIndexOf(':');
  const host = bind.slice(0, cut).replace(/^\[|\]$/g, '');
  return { host: host === '' || host === '*' ? '0.0.0.0' : host, port: Number(bind.slice(cut + 1)) };
}
