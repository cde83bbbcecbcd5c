/** A grid of characters, each with what it stands for, so that colours can be given when it is printed. */

/** What a character belongs to; the door decides which colour that is. */
export type Ink = 'axis' | 'baseline' | 'canary' | 'evidence' | 'limit' | 'mark';

interface Cell {
  readonly glyph: string;
  readonly ink: Ink;
}

export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rows: (Cell | undefined)[][];
}

export function canvas(width: number, height: number): Canvas {
  return {
    width,
    height,
    rows: Array.from({ length: height }, () => new Array<Cell | undefined>(width).fill(undefined)),
  };
}

/** Draws over what is there; outside the grid nothing is drawn. */
export function put(on: Canvas, column: number, row: number, glyph: string, ink: Ink): void {
  const cells = on.rows[row];
  if (cells === undefined || column < 0 || column >= on.width) return;
  cells[column] = { glyph, ink };
}

export function inkAt(on: Canvas, column: number, row: number): Ink | undefined {
  return on.rows[row]?.[column]?.ink;
}

/** One line of text per row, without blanks at the end; neighbours of one ink are painted together. */
export function printed(on: Canvas, paint: (ink: Ink, text: string) => string): readonly string[] {
  return on.rows.map((cells) => {
    const end = cells.findLastIndex((cell) => cell !== undefined) + 1;
    let line = '';
    let run = '';
    let ink: Ink | undefined;
    const flush = (): void => {
      line += ink === undefined ? run : paint(ink, run);
      run = '';
    };
    for (const cell of cells.slice(0, end)) {
      if (cell?.ink !== ink) flush();
      ink = cell?.ink;
      run += cell?.glyph ?? ' ';
    }
    flush();
    return line;
  });
}
