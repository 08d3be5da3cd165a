// Small vector and noise arithmetic that every other part of the studio stands on.

export const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a, s) => [a[0] * s, a[1] * s, a[2] * s];
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const unit = (a) => scale(a, 1 / (Math.hypot(...a) || 1));
export const mix = (a, b, t) => a + (b - a) * t;
export const clamp = (x, low = 0, high = 1) => Math.min(high, Math.max(low, x));
export const smooth = (low, high, x) => {
  const t = clamp((x - low) / (high - low));
  return t * t * (3 - 2 * t);
};

/** A repeatable stream of numbers in [0, 1): the same seed draws the same picture. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A repeatable number in [0, 1) for a cell of a grid. */
export function cellRandom(x, y, seed = 0) {
  let h = Math.imul(x | 0, 374761393) ^ Math.imul(y | 0, 668265263) ^ Math.imul(seed, 2246822519);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth value noise in [-1, 1]; with a period it tiles. */
export function noise(x, y, seed = 0, period = 0) {
  const wrap = (n) => (period ? ((n % period) + period) % period : n);
  const i = Math.floor(x);
  const j = Math.floor(y);
  const u = x - i;
  const v = y - j;
  const su = u * u * (3 - 2 * u);
  const sv = v * v * (3 - 2 * v);
  const corner = (a, b) => cellRandom(wrap(i + a), wrap(j + b), seed);
  const low = mix(corner(0, 0), corner(1, 0), su);
  const high = mix(corner(0, 1), corner(1, 1), su);
  return mix(low, high, sv) * 2 - 1;
}

/** The n-th point of the Halton sequence in the given base: an even, repeatable scatter. */
export function halton(n, base) {
  let fraction = 1;
  let result = 0;
  for (let i = n; i > 0; i = Math.floor(i / base)) {
    fraction /= base;
    result += fraction * (i % base);
  }
  return result;
}

/** `#rrggbb` to linear light. */
export function linear(hex) {
  return [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
}

/** A placement: rotate about x, y, then z (degrees), then move. Returns functions for points and directions. */
export function placement({ turn = [0, 0, 0], at = [0, 0, 0], size = 1 } = {}) {
  const [ax, ay, az] = turn.map((degrees) => (degrees * Math.PI) / 180);
  const direction = ([x, y, z]) => {
    [y, z] = [y * Math.cos(ax) - z * Math.sin(ax), y * Math.sin(ax) + z * Math.cos(ax)];
    [x, z] = [x * Math.cos(ay) + z * Math.sin(ay), -x * Math.sin(ay) + z * Math.cos(ay)];
    [x, y] = [x * Math.cos(az) - y * Math.sin(az), x * Math.sin(az) + y * Math.cos(az)];
    return [x, y, z];
  };
  return { direction, point: (p) => add(scale(direction(p), size), at) };
}
