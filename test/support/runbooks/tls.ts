import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/components/ports.ts';
import { startComponent } from '../../../scripts/components/supervise.ts';
import { shownAt } from '../../../src/certificate/index.ts';
import { makeAuthority } from '../certificates.ts';
import type { Setup } from './world.ts';

/** A real Nginx or HAProxy that serves TLS with a certificate of a made-up authority, reloaded by the command line of a service. */

/** Where things of it lie below the directory of a world. */
export function tlsFiles(dir: string) {
  const tls = join(dir, 'tls');
  return {
    tls,
    authority: join(tls, 'authority'),
    ca: join(tls, 'authority', 'root.pem'),
    served: { chain: join(tls, 'served.pem'), key: join(tls, 'served.key') },
    fresh: { chain: join(tls, 'new.pem'), key: join(tls, 'new.key') },
    conf: join(tls, 'nginx.conf'),
    port: join(tls, 'port'),
  };
}

export async function servedSerial(dir: string): Promise<string> {
  const { port, ca } = tlsFiles(dir);
  const shown = await shownAt(`127.0.0.1:${readFileSync(port, 'utf8')}`, {
    name: 'shop.test',
    ca: readFileSync(ca, 'utf8'),
  });
  return shown.kind === 'shown'
    ? `${shown.facts.serial}${shown.distrust === null ? '' : ` ${shown.distrust}`}`
    : shown.reason;
}

function writeHaproxy(dir: string, port: number): void {
  const { tls, served, conf } = tlsFiles(dir);
  const both = join(tls, 'both.pem');
  writeFileSync(both, readFileSync(served.chain, 'utf8') + readFileSync(served.key, 'utf8'), { mode: 0o600 });
  writeFileSync(
    conf,
    `defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend tls
  bind 127.0.0.1:${port} ssl crt ${both}
  http-request return status 200 content-type text/plain string shop
`,
  );
  writeFileSync(join(tls, 'reload.sh'), `kill -USR2 "$(cat ${join(tls, 'haproxy.pid')})"\n`);
}

function writeNginx(dir: string, port: number): void {
  const { served, conf } = tlsFiles(dir);
  const user = process.getuid?.() === 0 ? `user ${userInfo().username};\n` : '';
  writeFileSync(
    conf,
    `${user}pid nginx.pid;
error_log stderr;
worker_processes 1;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 127.0.0.1:${port} ssl; ssl_certificate ${served.chain}; ssl_certificate_key ${served.key}; return 200 "shop\\n"; }
}
`,
  );
}

export function tlsSetup(server: 'nginx' | 'haproxy' = 'nginx'): Setup {
  return {
    async config(dir) {
      const { tls, authority, ca, served, fresh, conf, port } = tlsFiles(dir);
      mkdirSync(tls);
      const made = makeAuthority(authority);
      made.issue(served, { days: 60, serial: '0a' });
      made.issue(fresh, { days: 90, serial: '0b' });
      const at = await freePort();
      writeFileSync(port, String(at));
      if (server === 'haproxy') writeHaproxy(dir, at);
      else writeNginx(dir, at);
      return `        tls:
          command:
            start: ['true']
            stop: ['true']
            status: [test, -e, ${join(tls, 'nginx.pid')}]
            reload: ${server === 'haproxy' ? `[sh, ${join(tls, 'reload.sh')}]` : `[nginx, -e, stderr, -p, ${tls}, -c, ${conf}, -s, reload]`}
    certificates:
      public:
        names: [shop.test]
        from: { chain: ${fresh.chain}, key: ${fresh.key} }
        to: ${server === 'haproxy' ? `{ combined: ${join(tls, 'both.pem')} }` : `{ chain: ${served.chain}, key: ${served.key} }`}
        service: tls
        connect: '{host}:${at}'
        ca: ${ca}
`;
    },
    async begin(world) {
      const { tls, conf } = tlsFiles(world.dir);
      return startComponent({
        name: server,
        argv:
          server === 'haproxy'
            ? ['haproxy', '-W', '-db', '-p', join(tls, 'haproxy.pid'), '-f', conf]
            : ['nginx', '-e', 'stderr', '-g', 'daemon off;', '-p', tls, '-c', conf],
        home: { dir: tls, ours: false },
        ready: async () => /^[0-9A-F]+$/.test(await servedSerial(world.dir)),
      });
    },
    async endState({ dir }) {
      const { served, fresh } = tlsFiles(dir);
      const text = (path: string): string => readFileSync(path, 'utf8');
      return {
        serial: await servedSerial(dir),
        laid: text(served.chain) === text(fresh.chain) && text(served.key) === text(fresh.key),
        kept:
          text(`${served.chain}.previous`) !== text(served.chain) &&
          text(`${served.key}.previous`) !== text(served.key),
      };
    },
  };
}
