/** The API key of this tab. It is gone when the tab is closed and is never written to a disk by us. */

const NAME = 'certkeeper.key';

export function savedKey(): string | null {
  return sessionStorage.getItem(NAME);
}

export function saveKey(key: string): void {
  sessionStorage.setItem(NAME, key);
}

export function forgetKey(): void {
  sessionStorage.removeItem(NAME);
}
