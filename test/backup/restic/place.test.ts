import { describe, expect, it } from 'vitest';
import { absentMount } from '../../../src/backup/restic/place.ts';

const FSTAB = `# <file system> <mount point>
UUID=1 / ext4 defaults 0 1
UUID=2 none swap sw 0 0
nas:/export /mnt/nas nfs4 _netdev 0 0
  nas:/shop /mnt/nas/shop/ nfs4 noauto 0 0
# nas:/old /mnt/old nfs4 defaults 0 0
nas:/two\\040words /mnt/two\\040words nfs4 defaults 0 0`;

function mounted(...points: readonly string[]): string {
  return points.map((point, at) => `${at + 30} 1 0:${at} / ${point} rw shared:1 - nfs4 nas:/x rw`).join('\n');
}

describe('what /etc/fstab names and is not mounted', () => {
  it('is found at and above a place', () => {
    expect(absentMount('/mnt/nas/backup', FSTAB, mounted('/'))).toBe('/mnt/nas');
    expect(absentMount('/mnt/nas', FSTAB, mounted('/'))).toBe('/mnt/nas');
    expect(absentMount('/mnt/two words/x', FSTAB, mounted('/'))).toBe('/mnt/two words');
  });

  it('is the lowest of several', () => {
    expect(absentMount('/mnt/nas/shop/backup', FSTAB, mounted('/'))).toBe('/mnt/nas/shop');
    expect(absentMount('/mnt/nas/shop/backup', FSTAB, mounted('/', '/mnt/nas'))).toBe('/mnt/nas/shop');
    expect(absentMount('/mnt/nas/shop/backup', FSTAB, mounted('/', '/mnt/nas/shop'))).toBe('/mnt/nas');
  });

  it('is none where it is mounted, elsewhere, a comment, or no mount point', () => {
    expect(absentMount('/mnt/nas/backup', FSTAB, mounted('/', '/mnt/nas'))).toBeNull();
    expect(absentMount('/mnt/two words', FSTAB, mounted('/', '/mnt/two\\040words'))).toBeNull();
    expect(absentMount('/mnt/nasty', FSTAB, mounted('/'))).toBeNull();
    expect(absentMount('/mnt/old/x', FSTAB, mounted('/'))).toBeNull();
    expect(absentMount('/srv/backup', FSTAB, mounted())).toBeNull();
    expect(absentMount('/srv/backup', '', mounted('/'))).toBeNull();
  });
});
