import { expect, it } from 'vitest';
import { deployedFirst, fileNameOn, goPlatform, hasRaceDetector } from '../../../src/build/go/platforms.ts';
import { mayChange, pinnedToolchain } from '../../../src/build/go/toolchain.ts';

it('names of programs and machines are those of the platform', () => {
  expect(fileNameOn('windows/amd64', 'shop')).toBe('shop.exe');
  expect(fileNameOn('windows/amd64', 'shop.exe')).toBe('shop.exe');
  expect(fileNameOn('linux/amd64', 'shop')).toBe('shop');
  expect(goPlatform('linux', 'x64')).toBe('linux/amd64');
  expect(goPlatform('win32', 'arm64')).toBe('windows/arm64');
  expect(goPlatform('darwin', 'arm64')).toBe('darwin/arm64');
  expect(hasRaceDetector('linux/amd64')).toBe(true);
  expect(hasRaceDetector('linux/386')).toBe(false);
});

it('what runs here is what is built for here, else what is named first', () => {
  const platforms = ['linux/arm64', 'linux/amd64', 'darwin/arm64'];
  expect(deployedFirst(platforms, 'linux/amd64')).toEqual(['linux/amd64', 'linux/arm64', 'darwin/arm64']);
  expect(deployedFirst(platforms, 'freebsd/amd64')).toEqual(platforms);
  expect(deployedFirst(platforms, null)).toEqual(platforms);
});

it('the toolchain is what go.mod pins, where another may be taken', () => {
  expect(pinnedToolchain('module a\n\ngo 1.26.0\n\ntoolchain go1.26.8\n')).toBe('go1.26.8');
  expect(pinnedToolchain('module a\ngo 1.26\ntoolchain\tgo1.27rc1 // why\n')).toBe('go1.27rc1');
  expect(pinnedToolchain('module a\ngo 1.26\ntoolchain default\n')).toBeNull();
  expect(pinnedToolchain('module a\ngo 1.26\n// toolchain go1.20\n')).toBeNull();
  expect(['auto', 'go1.26.8+auto', 'go1.26.1'].map(mayChange)).toEqual([true, true, true]);
  expect(['local', 'path', 'go1.26.8+path'].map(mayChange)).toEqual([false, false, false]);
});
