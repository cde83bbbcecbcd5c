import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type HostLab, type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import { BUILT_PROGRAM } from '../../scripts/testing/built-program.ts';
import { command } from '../../scripts/testing/command.ts';
import { skipWords, whySkipHosts } from '../support/hosts.ts';

/** The door of alerts as a unit of a real systemd: started by its file, back after kill -9 and after a lost power. */

const why = await whySkipHosts();
const CONFIG = stringify({
  ...{ apiVersion: 'shiplock/v1', service: 'shop' },
  components: { api: { kind: 'go', source: 'api', binary: 'shop', command: ['./shop'], ready: '/readyz' } },
  environments: {
    production: {
      platform: { kind: 'local', root: '/srv/shop' },
      traffic: { kind: 'haproxy', directory: '/srv/shop/haproxy', bind: '127.0.0.1:8080' },
      rollout: { steps: [{ share: '10%', bake: '5m' }] },
      system: { services: { web: { unit: 'web.service' } } },
      alerts: {
        'web-down': {
          ...{ match: { alertname: 'WebDown' }, runbook: 'service-revive', cooldown: '1s', maxPerHour: 20 },
          inputs: { service: 'web', reason: 'an alert says that it is down' },
        },
      },
    },
  },
});

describe.skipIf(why !== null)(`alerts to a unit of systemd${skipWords(why)}`, () => {
  let lab: HostLab;
  let host: LabHost;
  const must = async (script: string): Promise<string> => {
    const ran = await host.run(script);
    expect(ran.code, `${script}\n${ran.output}`).toBe(0);
    return ran.output;
  };
  const state = async (unit: string): Promise<string> => (await host.run(`systemctl is-active ${unit}`)).output.trim();
  const soon = { timeout: 60_000, interval: 200 };

  beforeAll(async () => {
    lab = await startHosts(1);
    const [first] = lab.hosts;
    if (first === undefined) throw new Error('a host');
    host = first;
    const ssh = [
      ...['ssh', '-F', 'none', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes'],
      ...['-o', `UserKnownHostsFile=${lab.knownHosts}`, '-i', lab.identity, `root@${host.address}`],
    ];
    // Node and the program as it is shipped: all that a host needs.
    const script =
      'tar -C "$1" -cf - node -C "$2" . | { shift 2; exec "$@" "mkdir -p /opt/shiplock && tar -C /opt/shiplock -xf -"; }';
    const sources = [dirname(process.execPath), join(dirname(BUILT_PROGRAM), '..', '..')];
    const sent = await command(['sh', '-c', script, 'sh', ...sources, ...ssh], { cwd: '/', live: false });
    expect(sent.code, sent.output).toBe(0);
    await must(`mkdir -p /etc/shiplock /srv/shop
cat >/etc/shiplock/shiplock.yaml <<'END'
${CONFIG}END
head -c 32 /dev/urandom | base64 >/etc/shiplock/token
cat >/etc/systemd/system/web.service <<'END'
[Service]
ExecStart=/bin/sleep infinity
END
cat >/usr/local/bin/tell <<'END'
#!/bin/bash
# tell FINGERPRINT: an alert, as Alertmanager writes it.
body='{"version":"4","status":"firing","groupKey":"{}:{}","truncatedAlerts":0,"receiver":"x","groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"","alerts":[{"status":"firing","labels":{"alertname":"WebDown"},"annotations":{},"startsAt":"2026-11-23T03:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"'$1'"}]}'
exec 3<>/dev/tcp/127.0.0.1/8485 || exit 1
printf 'POST /v1/alerts HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nAuthorization: Bearer %s\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n%s' "$(cat /etc/shiplock/token)" "\${#body}" "$body" >&3
cat <&3
END
chmod 755 /usr/local/bin/tell
cd /etc/shiplock
words="/opt/shiplock/node /opt/shiplock/actions/current/shiplock.js runbook serve production --token-file token --state /var/lib/shiplock"
$words --unit >/tmp/unit
name=$(sed -n '1s/^# //p' /tmp/unit)
sed 1d /tmp/unit >"/etc/systemd/system/$name"
systemd-analyze verify "/etc/systemd/system/$name"
systemctl daemon-reload
systemctl enable --now "$name" web.service 2>&1`);
  });
  afterAll(() => lab?.[Symbol.asyncDispose]());

  const UNIT = 'shiplock-alerts-shop-production.service';
  const told = async (fingerprint: string): Promise<string> => {
    const answered = async () => (await host.run(`tell ${fingerprint}`)).output;
    await expect.poll(answered, soon).toContain('200 OK');
    return answered();
  };
  const revived = async (fingerprint: string): Promise<void> => {
    await must('systemctl kill -s KILL web.service');
    await expect.poll(() => state('web.service'), soon).toBe('failed');
    await told(fingerprint);
    await expect.poll(() => state('web.service'), soon).toBe('active');
  };

  it('starts what an alert names, also after kill -9 and after the host lost its power', async () => {
    expect([await state(UNIT), await state('web.service')]).toEqual(['active', 'active']);
    await revived('a'.repeat(16));
    const before = await must(`systemctl show -p MainPID --value ${UNIT}`);
    await must(`kill -9 ${before}`);
    await expect
      .poll(() => must(`systemctl show -p MainPID --value ${UNIT}`), soon)
      .not.toMatch(new RegExp(`^(0|${before.trim()})\\s*$`));
    await revived('b'.repeat(16));
    await host.pullPlug();
    await host.powerOn();
    expect(await state('web.service')).toBe('inactive');
    await told('c'.repeat(16));
    await expect.poll(() => state('web.service'), soon).toBe('active');
    // What an alert has started once it does not start again, whoever has died meanwhile.
    expect(await told('b'.repeat(16))).toContain('"reason":"started-before"');
    const history = await must(
      'cd /etc/shiplock && /opt/shiplock/node /opt/shiplock/actions/current/shiplock.js runbook history --state /var/lib/shiplock --json',
    );
    expect(history.match(/alert WebDown/g)).toHaveLength(3);
  });

  it('ends at once when systemd stops it, and leaves nothing behind', async () => {
    await must(`systemctl stop ${UNIT}`);
    expect(await must(`systemctl show -p Result -p ExecMainStatus ${UNIT}`)).toBe('Result=success\nExecMainStatus=0\n');
    expect(await must('cat /etc/shiplock/token | xargs -I{} grep -rlF -- {} /var/lib/shiplock || echo none')).toBe(
      'none\n',
    );
  });
});
