/** Is a file this place, or below it? A place is written as people write it: `./test/` is `test`. Pure. */
export function isBelow(file: string, place: string): boolean {
  const plain = place.replace(/^\.\//, '').replace(/\/$/, '');
  return file === plain || file.startsWith(`${plain}/`);
}
