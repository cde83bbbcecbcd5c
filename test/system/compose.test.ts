import { expect, test } from 'vitest';
import { composeControl, composeMember } from '../../src/system/compose.ts';

/** What follows from the containers of a service of Compose. How they look was taken from Docker 28. */

const container = (Status: string, more: object = {}, id = 'a'.repeat(64)) => ({
  Id: id,
  State: { Status, ExitCode: 0, StartedAt: '2026-11-23T11:45:01.5Z', Error: '', ...more },
  Config: { Labels: { 'com.docker.compose.service': 'search' } },
});
const health = (Status: string) => ({ Health: { Status } });

test.each([
  [[], 'stopped', 'no container'],
  [[container('running')], 'running', ''],
  [[container('running', health('healthy'))], 'running', ''],
  [[container('running', health('starting'))], 'changing', 'its health check says starting'],
  [[container('running', health('unhealthy'))], 'changing', 'its health check says unhealthy'],
  [[container('exited', { ExitCode: 137 })], 'stopped', 'ended with 137'],
  [[container('exited', { ExitCode: 1 })], 'failed', 'ended with 1'],
  [[container('created', { Error: 'no such file' })], 'stopped', 'no such file'],
  [[container('paused')], 'changing', 'paused'],
  [[container('dead')], 'failed', 'dead: the engine could not remove it'],
  [[container('running'), container('exited', { ExitCode: 1 })], 'partly', '1 of 2 containers run; ended with 1'],
  [[container('running'), container('restarting')], 'changing', '1 of 2 containers run; restarting'],
  [[container('exited'), container('exited', { ExitCode: 1 })], 'failed', 'ended with 0; ended with 1'],
] as const)('%j is %s', (containers, state, detail) => {
  expect(composeMember('search', containers)).toMatchObject({ name: 'search', state, detail });
});

test('another start is another identity, whatever the order in which containers are told', () => {
  const [one, two] = [container('running'), container('running', {}, 'b'.repeat(64))];
  const identity = composeMember('search', [one, two]).identity;
  expect(composeMember('search', [two, one]).identity).toBe(identity);
  const again = container('running', { StartedAt: '2026-11-23T12:00:00Z' });
  expect(composeMember('search', [again, two]).identity).not.toBe(identity);
});

test('files, project and context stand in every command; nothing is asked of nobody', () => {
  const control = composeControl({
    service: 'search',
    files: ['/srv/a.yaml', '/srv/b.yaml'],
    project: 'drill',
    services: ['search'],
    context: 'remote',
    cwd: '/srv',
    resource: 'local:/srv',
    exec: { read: () => Promise.reject(new Error('not asked')) },
  });
  expect(control.stop([{ name: 'search' }], 60_000)).toMatchObject([
    {
      argv: [
        ...['docker', '--context', 'remote', 'compose', '--ansi', 'never', '--progress', 'plain'],
        ...['--project-name', 'drill', '--file', '/srv/a.yaml', '--file', '/srv/b.yaml', 'stop', 'search'],
      ],
      resource: 'local:/srv',
    },
  ]);
  expect(control.start([], 60_000)).toEqual([]);
});
