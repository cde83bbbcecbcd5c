import { expect, it } from 'vitest';
import { predictHost } from '../../src/backup/index.ts';

const measured = (at: string, more: object = {}) => ({
  ...{ at, host: 'web1', bytes: 1000, packages: 10, packageSeconds: 20, fileSeconds: 4, otherSeconds: 6 },
  ...more,
});

it('a whole host is predicted in proportion to its bytes and packages, by the newest that had some', () => {
  const old = measured('2026-01-01T00:00:00.000Z');
  expect(predictHost({ bytes: 500, packages: 5 }, [])).toBeNull();
  expect(predictHost({ bytes: 500, packages: 5 }, [old])).toBe(6 + 2 + 10);
  const without = measured('2026-02-01T00:00:00.000Z', {
    packages: 0,
    packageSeconds: 1,
    fileSeconds: 8,
    otherSeconds: 3,
  });
  expect(predictHost({ bytes: 500, packages: 5 }, [without, old])).toBe(3 + 4 + 10);
  // How long packages take was never seen.
  expect(predictHost({ bytes: 500, packages: 5 }, [without])).toBeNull();
  expect(predictHost({ bytes: 500, packages: 0 }, [without])).toBe(3 + 4);
});
