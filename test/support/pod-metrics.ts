import { createServer } from 'node:http';
import { z } from 'zod';
import { freePort } from '../../scripts/components/ports.ts';
import { type KubeKind, kubePath, POD } from '../../src/model/kube.ts';
import { connection } from '../../src/procedure/kube/request.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { HASH_LABEL } from '../../src/traffic/index.ts';

/** Pods have addresses inside of the cluster only: their metrics are fetched over the API server and shown on one page, with the pod's name and the hash of its template as labels. */
export async function podMetrics(kubeconfig: string, namespace: string) {
  const way = connection({ kubeconfig: [kubeconfig] }, systemClock);
  const pods: KubeKind = { ...POD, namespace };
  const asked = { verb: 'get' as const, kind: pods };
  const fetchText = async (path: string): Promise<string> => {
    const answer = await way.send({ asked, method: 'GET', path, timeoutMs: 2_000 });
    return answer.status === 200 ? answer.text : '';
  };
  const page = async (): Promise<string> => {
    const list = await fetchText(kubePath(pods));
    const found = list === '' ? [] : podNames.parse(JSON.parse(list)).items.map(({ metadata }) => metadata);
    const all = await Promise.all(
      found.map(async ({ name, labels }) => {
        const text = await fetchText(`${kubePath(pods, `${name}:8080`)}/proxy/metrics`).catch(() => '');
        return text
          .split('\n')
          .filter((line) => /^certkeeper_(?:http_requests_total|build_info)/.test(line))
          .map((line) => line.replace('{', `{pod="${name}",hash="${labels[HASH_LABEL] ?? ''}",`))
          .join('\n');
      }),
    );
    return `${all.filter((text) => text !== '').join('\n')}\n`;
  };
  const server = createServer((_request, response) => {
    page().then(
      (text) => response.end(text),
      () => {
        response.statusCode = 503;
        response.end();
      },
    );
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const podNames = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }) })),
});
