import { describe, expect, it } from 'vitest';
import { lookCommand, parseRuntime } from '../../src/traffic/haproxy/runtime.ts';

/** As HAProxy 2.6.12 answered, columns shortened where nothing of them is read. */
const INFO =
  'Name: HAProxy\nVersion: 2.6.12-1+deb12u4\nPid: 4711\nUptime_sec: 5\nStart_time_sec: 1795244104\nnode: host\ndescription: shiplock-abc\n';
const STATE_HEAD =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port';
const state = (name: string, op: number, admin: number, weight: number, result: number, health: number): string =>
  `3 be 1 ${name} 127.0.0.1 ${op} ${admin} ${weight} 100 421 15 ${result} ${health} 6 0 0 0 - 18101 - 0 18201 - - 18101`;
const STAT_HEAD =
  '# pxname,svname,qcur,scur,stot,econ,eresp,status,weight,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,cli_abrt,srv_abrt,';
const stat = (name: string): string => `be,${name},0,2,9,3,4,UP,100,50,10,1,2,5,0,1,1,`;

function answer(states: readonly string[]): string {
  const stats = states.map((line) => stat(line.split(' ')[3] ?? ''));
  return `${INFO}\n1\n${STATE_HEAD}\n${states.join('\n')}\n\n${STAT_HEAD}\n${stats.join('\n')}\n\n`;
}

describe('answers of the runtime socket', () => {
  it('are parsed into process, states and counts', async () => {
    const { epoch, description, servers } = await parseRuntime(
      answer([state('a1', 2, 0, 100, 3, 4), state('b1', 0, 5, 0, 2, 0)]),
    );
    expect(epoch).toBe('4711@1795244104');
    expect(description).toBe('shiplock-abc');
    expect(servers).toEqual([
      {
        slot: 'a1',
        host: '127.0.0.1',
        port: 18101,
        checkHost: '127.0.0.1',
        checkPort: 18201,
        weight: 100,
        admin: 'ready',
        running: true,
        check: 'passed',
        rising: false,
        openRequests: 2,
        // 10 + 1 + 2 + 5 answers, 3 + 4 without a proper one; interim answers (1xx) are none.
        requests: 25,
        bad: 12,
      },
      expect.objectContaining({ slot: 'b1', admin: 'maint', running: false, check: 'failed' }),
    ]);
  });

  it('tell the admin states and a server on its way up apart', async () => {
    const { servers } = await parseRuntime(
      answer([
        state('a1', 2, 4, 1, 3, 4),
        state('a2', 2, 8, 1, 3, 4),
        state('a3', 0, 0, 1, 3, 1),
        state('a4', 2, 0x20, 1, 0, 4),
      ]),
    );
    expect(servers.map(({ admin, rising }) => [admin, rising])).toEqual([
      ['ready', false],
      ['drain', false],
      ['ready', true],
      ['maint', false],
    ]);
  });

  it('that are nonsense are refused in words', async () => {
    await expect(parseRuntime('')).rejects.toThrow('not what a HAProxy of ours says');
    await expect(parseRuntime(`${INFO}\nCan't find backend.\n\n`)).rejects.toThrow("Can't find backend");
    await expect(parseRuntime(answer([state('a1', 2, 0, 100, 3, 4)]).replace('Pid: 4711\n', ''))).rejects.toThrow(
      'no Pid',
    );
    await expect(parseRuntime(answer([state('a1', 2, 0, 100, 3, 4)]).replace(/^be,a1/m, 'be,zz'))).rejects.toThrow(
      'no counters',
    );
    await expect(
      parseRuntime(answer([state('a1', 2, 0, 100, 3, 4)]).replace(' 100 100 ', ' heavy 100 ')),
    ).rejects.toThrow();
  });

  it('are asked for in one line', () => {
    expect(lookCommand('shop')).toBe('show info; show servers state shop; show stat shop 4 -1');
  });
});
