import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { codes, MINIMAL } from './sample.ts';

/** `store`: where leases and journals are kept beside the state directory. */

const withStore = (store: string): string => MINIMAL.replace('components:', `store: ${store}\ncomponents:`);
const storeOf = (text: string) => unwrap(loadConfig(text, { file: 'shiplock.yaml' })).service.store;

test('without it the state directory is all there is', () => {
  expect(storeOf(MINIMAL)).toEqual({});
});

test('a git store needs its repository, and has times that fit a forge', () => {
  expect(storeOf(withStore('{ git: { url: git@git.example.org:operations/shop.git } }')).git).toEqual({
    url: 'git@git.example.org:operations/shop.git',
    prefix: 'shiplock',
    timeout: 10_000,
    patience: 30_000,
    every: 10_000,
    lease: 60_000,
  });
  expect(codes(withStore('{ git: {} }'))).toEqual(['config.missing-key']);
});

test('a prefix is the beginning of a branch, and a password has no place in the address', () => {
  expect(codes(withStore('{ git: { url: operations, prefix: ../other } }'))).toHaveLength(1);
  expect(codes(withStore('{ git: { url: "https://ann:secret@git.example.org/x.git" } }'))).toEqual([
    'config.password-in-text',
  ]);
});
