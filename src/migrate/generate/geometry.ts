import { bitsAt, unitAt } from './random.ts';

/** Small shapes near a place on the plane, in the form that both families store: four bytes of SRID, then well-known binary (OGC 06-103r4). Pure. */

type Point = readonly [x: number, y: number];

const CODES: Readonly<Record<string, number>> = {
  point: 1,
  linestring: 2,
  polygon: 3,
  multipoint: 4,
  multilinestring: 5,
  multipolygon: 6,
  geometrycollection: 7,
};

/** @param shape as `COLUMN_TYPE` names it; of `geometry` a point is one */
export function geometryAt(shape: string, srid: number, salt: number, place: number): Buffer {
  const at: Point = [
    Math.floor(unitAt(salt, place) * 80_000) / 1000,
    Math.floor(unitAt(salt + 1, place) * 80_000) / 1000,
  ];
  const size = 0.001 * (1 + (bitsAt(salt + 2, place) % 100));
  return Buffer.concat([count(srid), shapeBytes(shape === 'geometry' ? 'point' : shape, at, size)]);
}

function shapeBytes(shape: string, at: Point, size: number): Buffer {
  const [x, y] = at;
  const square: readonly Point[] = [at, [x + size, y], [x + size, y + size], [x, y + size], at];
  switch (shape) {
    case 'point':
      return Buffer.concat([head('point'), pointBytes(at)]);
    case 'linestring':
      return Buffer.concat([head('linestring'), pointsBytes([at, [x + size, y + size]])]);
    case 'polygon':
      return Buffer.concat([head('polygon'), count(1), pointsBytes(square)]);
    case 'multipoint':
    case 'multilinestring':
    case 'multipolygon':
      return Buffer.concat([head(shape), count(1), shapeBytes(shape.slice('multi'.length), at, size)]);
    default:
      return Buffer.concat([head('geometrycollection'), count(1), shapeBytes('point', at, size)]);
  }
}

/** Little-endian, and what it is. */
function head(shape: string): Buffer {
  return Buffer.concat([Buffer.from([1]), count(CODES[shape] ?? 1)]);
}

function count(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function pointBytes([x, y]: Point): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeDoubleLE(x);
  bytes.writeDoubleLE(y, 8);
  return bytes;
}

function pointsBytes(points: readonly Point[]): Buffer {
  return Buffer.concat([count(points.length), ...points.map(pointBytes)]);
}
