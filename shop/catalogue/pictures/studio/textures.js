// The materials, thread by thread: each function fills one repeating RGBA texture.
// Red and green hold the slope of the surface, blue its height (deep = dark), alpha the shade of the thread.

import { cellRandom, clamp, noise } from "./vector.js";

/** Turn a height field that repeats into slopes and pack it. */
function pack(size, height, shade, steepness) {
  const bytes = new Uint8Array(size * size * 4);
  const at = (x, y) => height[((y + size) % size) * size + ((x + size) % size)];
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const dx = (at(x - 1, y) - at(x + 1, y)) * steepness;
      const dy = (at(x, y - 1) - at(x, y + 1)) * steepness;
      const length = Math.hypot(dx, dy, 1);
      const o = (y * size + x) * 4;
      bytes[o] = 127.5 + 127.5 * (dx / length);
      bytes[o + 1] = 127.5 + 127.5 * (dy / length);
      bytes[o + 2] = 255 * clamp(height[y * size + x]);
      bytes[o + 3] = 255 * clamp(shade[y * size + x]);
    }
  }
  return { size, bytes };
}

const round = (t) => Math.sqrt(Math.max(0, 1 - t * t));

export const WEAVE_THREADS = 128;

/** Hand-woven plain cotton: warp over weft, every thread a little thicker, thinner, lighter or darker than the next. */
export function weave(size = 2048) {
  const height = new Float32Array(size * size);
  const shade = new Float32Array(size * size);
  const n = WEAVE_THREADS;
  const thread = (index, seed) => cellRandom(((index % n) + n) % n, seed, 7);
  for (let py = 0; py < size; py += 1) {
    for (let px = 0; px < size; px += 1) {
      const u = (px / size) * n;
      const v = (py / size) * n;
      const x = u + 0.2 * noise(u / 4, v / 4, 1, n / 4) + 0.07 * noise(u, v / 2, 2, n);
      const y = v + 0.2 * noise(u / 4, v / 4, 3, n / 4) + 0.07 * noise(u / 2, v, 4, n);
      const i = Math.floor(x);
      const j = Math.floor(y);
      const a = x - i - 0.5;
      const b = y - j - 0.5;
      const over = (i + j) % 2 === 0 ? 1 : -1;
      const slubWarp = 0.5 + 0.06 * thread(i, 1) + 0.07 * noise(i * 3.1, v / 8, 5, n / 8);
      const slubWeft = 0.5 + 0.06 * thread(j, 2) + 0.07 * noise(u / 8, j * 3.1, 6, n / 8);
      const twistWarp = 0.05 * Math.sin((b * 3 + a * 2) * 6.283);
      const twistWeft = 0.05 * Math.sin((a * 3 + b * 2) * 6.283);
      const warp = 0.55 * round(a / slubWarp) + 0.4 * over * Math.cos(Math.PI * b) + twistWarp;
      const weft = 0.55 * round(b / slubWeft) - 0.4 * over * Math.cos(Math.PI * a) + twistWeft;
      const o = py * size + px;
      const fuzz = 0.5 * noise(u * 3, v * 3, 8, n * 3);
      height[o] = clamp(0.08 + 0.9 * Math.max(warp, weft, 0) + 0.03 * fuzz);
      const top = warp > weft ? 0.72 + 0.3 * (thread(i, 3) - 0.5) : 0.28 + 0.3 * (thread(j, 4) - 0.5);
      shade[o] = top + 0.1 * fuzz;
    }
  }
  return pack(size, height, shade, 3.2);
}

/** Strap webbing: columns of slanted ribs that meet in a herringbone. */
export function webbing(size = 1024) {
  const height = new Float32Array(size * size);
  const shade = new Float32Array(size * size);
  const columns = 8;
  const ribs = 20;
  for (let py = 0; py < size; py += 1) {
    for (let px = 0; px < size; px += 1) {
      const u = px / size;
      const v = py / size;
      const column = Math.floor(v * columns);
      const across = v * columns - column - 0.5;
      const slant = column % 2 === 0 ? 1 : -1;
      const along = u * ribs + slant * across * 0.9 + 0.1 * noise(u * 40, v * 24, 1, 40);
      const rib = Math.floor(along);
      const t = (along - rib) * 2 - 1;
      const fibre = 0.05 * noise(u * 400, v * 200, 3, 400);
      const o = py * size + px;
      height[o] = 0.1 + 0.65 * round(t * 0.96) * (0.45 + 0.55 * round(across * 1.9)) + fibre;
      shade[o] = 0.5 + 0.3 * (cellRandom(((rib % ribs) + ribs) % ribs, column, 5) - 0.5) + fibre;
    }
  }
  return pack(size, height, shade, 5);
}

/** Paper, card, leather and painted shells: fine grain over slow unevenness. Shade holds stray fibers. */
export function grain(size = 1024) {
  const height = new Float32Array(size * size);
  const shade = new Float32Array(size * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const u = x / size;
      const v = y / size;
      let sum = 0;
      for (const [cells, weight] of [[16, 0.2], [64, 0.25], [160, 0.3], [400, 0.25]]) {
        sum += weight * noise(u * cells, v * cells, cells, cells);
      }
      const o = y * size + x;
      height[o] = 0.5 + 0.5 * sum;
      shade[o] = 0.5 + 0.5 * noise(u * 8, v * 8, 99, 8) * 0.6 + 0.2 * noise(u * 256, v * 64, 98, 64);
    }
  }
  return pack(size, height, shade, 2.4);
}
