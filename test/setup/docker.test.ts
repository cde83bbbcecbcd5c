import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { needed } from '../../scripts/setup/components.ts';
import { complaintIn, layersIn, saysNo } from '../../scripts/setup/docker.ts';
import { mysqlNeeded } from '../../scripts/setup/mysql.ts';
import { imagePlatform, referenceOf, registryFrom } from '../../scripts/setup/reference.ts';

describe('the name of an image', () => {
  it.each([
    [undefined, 'docker.io'],
    ['', 'docker.io'],
    [' 127.0.0.1:5000 ', '127.0.0.1:5000'],
    ['mirror.example.com/hub/', 'mirror.example.com/hub'],
    ['none', null],
  ])('SHIPLOCK_REGISTRY %j → %j', (setting, registry) => expect(registryFrom(setting)).toBe(registry));

  it('is written in full', () => {
    const image = { repository: 'library/redis', tag: '7.2.5' };
    expect(referenceOf(image, '127.0.0.1:5000')).toBe('127.0.0.1:5000/library/redis:7.2.5');
  });

  it.each([
    ['linux', 'x64', 'linux/amd64'],
    ['linux', 'arm64', 'linux/arm64'],
    ['linux', 's390x', null],
    ['darwin', 'arm64', null],
  ])('programs for %s on %s: %j', (system, processor, platform) => {
    expect(imagePlatform(system, processor)).toBe(platform);
  });
});

describe('what docker pull says', () => {
  const lines = [
    '7.2.5: Pulling from library/redis',
    'a2abf6c4d29d: Already exists',
    'c7a4e4382001: Pulling fs layer',
    '4044b9ba67c9: Pulling fs layer',
  ];

  it('counts layers, and those that have arrived', () => {
    expect(layersIn(lines.slice(0, 1).join('\n'))).toEqual({ arrived: 0, all: 0 });
    expect(layersIn(lines.join('\n'))).toEqual({ arrived: 1, all: 3 });
    const later = [...lines, 'c7a4e4382001: Verifying Checksum', 'c7a4e4382001: Download complete'];
    expect(layersIn(later.join('\n'))).toEqual({ arrived: 2, all: 3 });
    const last = [...later, '4044b9ba67c9: Download complete', 'c7a4e4382001: Pull complete', 'Digest: sha256:00'];
    expect(layersIn(last.join('\n'))).toEqual({ arrived: 3, all: 3 });
  });

  it('keeps the line that matters', () => {
    const stderr = 'WARNING: old\nError response from daemon: manifest for redis:0 not found: manifest unknown\n\n';
    expect(complaintIn(stderr)).toBe('manifest for redis:0 not found: manifest unknown');
    expect(complaintIn('')).toBe('no reason given');
  });

  it.each([
    ['manifest for 127.0.0.1:5000/x:1 not found: manifest unknown', true],
    ['toomanyrequests: You have reached your pull rate limit.', true],
    ['pull access denied for nobody/nothing', true],
    ['Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused', false],
    ['Get "https://registry.example.com/v2/": net/http: request canceled while waiting for connection', false],
  ])('%j comes from a registry that answered: %j', (text, answer) => expect(saysNo(text)).toBe(answer));
});

it('the page of dependencies lists the images as they are pinned', () => {
  const page = readFileSync('docs/dependencies.md', 'utf8');
  const rows = [...needed, mysqlNeeded].flatMap(({ image, binaries }) =>
    image === undefined ? [] : [`| \`${image.repository}:${image.tag}\` | ${binaries.join(', ')} |`],
  );
  expect(page.split('\n').filter((line) => /^\| `\S+:v?[\d.]+` \|/.test(line))).toEqual(rows);
});
