// The goods themselves: the luggage tag, its strap, the key chain. Each function answers a list of items to photograph.

import {
  Mesh, curve, distanceToRounded, inset, lathe, ribbon, rim, roundedOutline, stitches, terrain, tube,
} from "./shapes.js";
import { add, clamp, cross, dot, linear, mix, noise, scale, smooth, sub, unit } from "./vector.js";

export const CREAM = linear("#f6ecd6");
const BRASS = [0.83, 0.56, 0.20];
const STEEL = [0.72, 0.71, 0.69];

const outline = (width, height, clip) => [
  [-width / 2, 0], [width / 2, 0], [width / 2, height - clip], [width / 2 - clip, height],
  [-width / 2 + clip, height], [-width / 2, height - clip],
];

/** The measures of a padded cloth body: the tag and, smaller, the key chain. Centimeters. */
export const TAG = {
  polygon: outline(8.4, 12.4, 2.1), width: 8.4, height: 12.4, corner: 0.45, binding: 0.72, seam: 0.46, thick: 0.36,
  eye: [0, 10.9], eyeRadius: 0.62, band: [1.75, 4.05], quilt: 1.5, label: [0, 6.55, 4.5, 1.75],
};
export const FOB = {
  polygon: outline(3.9, 5.6, 1.05), width: 3.9, height: 5.6, corner: 0.35, binding: 0, seam: 0.3, thick: 0.42,
  eye: [0, 4.75], eyeRadius: 0.27, band: [1.15, 2.35], quilt: 0, label: null,
};

// The seam that holds the binding: stitch, gap and the two together.
const STITCH = { long: 0.34, gap: 0.17, pitch: 0.51, thick: 0.056 };

const reliefs = new Map();

/** Height of the padded front over the plane, and the picture of it that the cloth shader reads. */
function front(form) {
  const exact = distanceToRounded(form.polygon, form.corner);
  // Sewn by hand: the outline wanders by a fraction of a millimeter.
  const distance = (x, y) => exact(x, y) + 0.028 * noise(x * 0.7, y * 0.7, 31) + 0.012 * noise(x * 2.1, y * 2.1, 32);
  const height = (x, y) => {
    const d = -distance(x, y);
    if (d <= 0) return 0;
    const turn = form.binding ? 0.2 : 0.42;
    const edge = Math.sqrt(1 - (1 - clamp(d / turn)) ** 2);
    const along = Math.abs(x) > form.width / 2 - 0.9 ? y : x;
    const pucker = Math.sin((along * 2 * Math.PI) / STITCH.pitch) * Math.exp(-(((d - form.seam) / 0.26) ** 2));
    const [lower, upper] = form.band;
    let h = form.thick * edge;
    if (form.binding) h += 0.05 * Math.sin(Math.PI * clamp(d / form.binding)) * (d < form.binding ? 1 : 0);
    if (d > form.binding) {
      const within = d - form.binding;
      const full = smooth(0, 0.5, within);
      let puff = 0.05 * full + 0.10 * smooth(0, 1.6, within);
      if (form.quilt && y > upper) {
        const [a, b] = [x + y - 7.1, x - y + 7.1].map((c) => {
          const t = c / (form.quilt * Math.SQRT2);
          return Math.abs(t - Math.round(t)) * form.quilt * 1.0;
        });
        const pillow = (1 - Math.exp(-a / 0.24)) * (1 - Math.exp(-b / 0.24));
        puff = mix(puff, 0.02 + 0.27 * pillow * smooth(-0.05, 0.4, within), smooth(upper, upper + 0.3, y));
      }
      if (form.label) {
        const [lx, ly, lw, lh] = form.label;
        const away = Math.max(Math.abs(x - lx) - lw / 2, Math.abs(y - ly) - lh / 2);
        puff = mix(0.06, puff, smooth(-0.25, 0.3, away));
      }
      if (form.binding) h -= 0.07 * smooth(0, 0.07, within);
      h += puff;
      for (const line of form.band) h -= 0.10 * Math.exp(-(((y - line) / 0.09) ** 2)) * full;
    }
    h -= (0.075 + 0.02 * pucker) * Math.exp(-(((d - form.seam) / 0.09) ** 2));
    h += 0.022 * pucker + 0.014 * noise(x * 2.2, y * 2.2, 41) * edge + 0.006 * noise(x * 6, y * 6, 42) * edge;
    const r = Math.hypot(x - form.eye[0], y - form.eye[1]);
    const pressed = smooth(form.eyeRadius * 2.6, form.eyeRadius * 1.6, r);
    return mix(h, form.thick * 0.82 * Math.min(1, edge), pressed);
  };
  return { height, distance, isBinding: (x, y) => -distance(x, y) < form.binding };
}

/** The tag's plain back: a card pocket with a clear window. */
export const POCKET = { x: 0, y: 4.9, width: 6.2, height: 7.0, frame: 0.62 };

function back(form) {
  const face = front({ ...form, quilt: 0, band: [-9, -8] });
  const pocket = distanceToRounded(rectangle(POCKET.x, POCKET.y, POCKET.width, POCKET.height), 0.3);
  const frame = POCKET.frame;
  const height = (x, y) => {
    const d = -pocket(x, y);
    let h = face.height(x, y);
    if (d > 0) {
      const pucker = Math.sin(((Math.abs(x) > 2.4 ? y : x) * 2 * Math.PI) / STITCH.pitch);
      const rise = 0.12 * Math.sqrt(1 - (1 - clamp(d / 0.1)) ** 2) * (1 - smooth(frame - 0.05, frame, d));
      h += rise - (0.05 + 0.015 * pucker) * Math.exp(-(((d - 0.2) / 0.08) ** 2));
      h += 0.012 * noise(x * 3, y * 3, 51);
      if (d > frame) h -= 0.03;
    }
    return h;
  };
  return { height, distance: face.distance, isBinding: (x, y) => face.isBinding(x, y) || (-pocket(x, y) > 0) };
}

export const rectangle = (x, y, w, h) => [[x - w / 2, y - h / 2], [x + w / 2, y - h / 2], [x + w / 2, y + h / 2], [x - w / 2, y + h / 2]];

function relief(name, face, form) {
  if (reliefs.has(name)) return reliefs.get(name);
  const width = 1024;
  const height = Math.round((width * form.height) / form.width);
  const step = form.width / width;
  const field = new Float32Array(width * height);
  for (let j = 0; j < height; j += 1) {
    for (let i = 0; i < width; i += 1) field[j * width + i] = face.height((i + 0.5) * step - form.width / 2, (j + 0.5) * step);
  }
  const at = (i, j) => field[clamp(j, 0, height - 1) * width + clamp(i, 0, width - 1)];
  const bytes = new Uint8Array(width * height * 4);
  for (let j = 0; j < height; j += 1) {
    for (let i = 0; i < width; i += 1) {
      const dx = (at(i - 1, j) - at(i + 1, j)) / (2 * step);
      const dy = (at(i, j - 1) - at(i, j + 1)) / (2 * step);
      const length = Math.hypot(dx, dy, 1);
      let hidden = 0;
      for (const reach of [5, 14, 30]) {
        for (let k = 0; k < 8; k += 1) {
          const a = (k * Math.PI) / 4 + reach;
          const rise = at(Math.round(i + Math.cos(a) * reach), Math.round(j + Math.sin(a) * reach)) - at(i, j);
          hidden += Math.max(0, rise / (reach * step));
        }
      }
      const o = (j * width + i) * 4;
      bytes[o] = 127.5 + 127.5 * (dx / length);
      bytes[o + 1] = 127.5 + 127.5 * (dy / length);
      bytes[o + 2] = 255 * clamp(1 - hidden * 0.045, 0.45, 1);
      bytes[o + 3] = face.isBinding((i + 0.5) * step - form.width / 2, (j + 0.5) * step) ? 255 : 0;
    }
  }
  const result = { width, height, bytes };
  reliefs.set(name, result);
  return result;
}

/** The cloth body as a closed cushion: a front that follows `height` and a plainer back. */
function body(face, form) {
  const half = (y) => {
    let [low, high] = [0, form.width / 2 + 0.1];
    for (let k = 0; k < 30; k += 1) {
      const middle = (low + high) / 2;
      if (face.distance(middle, y) < 0) low = middle;
      else high = middle;
    }
    return low;
  };
  const rows = new Map();
  const spread = (t) => 0.5 - 0.5 * Math.cos(Math.PI * t);
  const side = (sign) => (u, v) => {
    const y = mix(0.002, form.height - 0.002, mix(v, spread(v), 0.6));
    if (!rows.has(y)) rows.set(y, half(y));
    const x = mix(-1, 1, mix(u, spread(u), 0.6)) * rows.get(y);
    const h = face.height(x, y);
    return [[x, y, sign > 0 ? h : -Math.min(h, 0.16)], [0, 0, sign], [sign, 0, 0], [x / form.width + 0.5, y / form.height], [x, y]];
  };
  return new Mesh().sheet(110, 160, side(1)).merge(new Mesh().sheet(50, 70, side(-1)));
}

const LETTERS = {
  T: { wide: 0.86, strokes: [[[0, 1], [0.78, 1]], [[0.39, 1], [0.39, 0]]] },
  a: { wide: 0.68, strokes: [ring(0.27, 0.29, 0.27), [[0.55, 0.58], [0.55, 0]]] },
  s: { wide: 0.56, strokes: [curve([[0.43, 0.5], [0.3, 0.58], [0.12, 0.55], [0.06, 0.43], [0.18, 0.33], [0.34, 0.26], [0.42, 0.14], [0.31, 0.01], [0.13, 0], [0.02, 0.09]], 30)] },
  g: { wide: 0.68, strokes: [ring(0.27, 0.29, 0.27), curve([[0.55, 0.58], [0.55, 0.2], [0.54, -0.16], [0.42, -0.32], [0.22, -0.34], [0.06, -0.24]], 30)] },
};

function ring(x, y, r) {
  return Array.from({ length: 25 }, (_, i) => [x + r * Math.cos(0.9 + (i / 24) * 6.283), y + r * Math.sin(0.9 + (i / 24) * 6.283)]);
}

function embroidery(text, [cx, cy], size, surface, random) {
  const total = [...text].reduce((sum, c) => sum + LETTERS[c].wide, 0) - 0.12;
  const mesh = new Mesh();
  let x = cx - (total * size) / 2;
  for (const c of text) {
    for (const stroke of LETTERS[c].strokes) {
      const line = stroke.map(([px, py]) => [x + px * size, cy + (py - 0.4) * size]);
      mesh.merge(stitches(line, surface, { long: 0.17, gap: 0.012, thick: 0.047, random, raise: 0.25 }));
    }
    x += LETTERS[c].wide * size;
  }
  return mesh;
}

/** A small woven label, its ends folded under, sewn down at both sides. */
function label([x, y, w, h], face, random) {
  const top = (px, py) => {
    const d = -distanceToRounded(rectangle(x, y, w, h), 0.06)(px, py);
    return face.height(px, py) * 0.4 + 0.265 + 0.05 * Math.sqrt(1 - (1 - clamp(d / 0.09)) ** 2) - 0.02 * smooth(0.5, 0, Math.abs(Math.abs(px - x) - w / 2 + 0.2));
  };
  const sheet = terrain(70, 30, [x - w / 2, y - h / 2, x + w / 2, y + h / 2], top, 1);
  const skirt = new Mesh().sheet(120, 1, (u, v) => {
    const p = pointOn(rectangle(x, y, w, h), u);
    return [[p[0], p[1], mix(0.1, top(...p), v)], [(p[0] - x) / (w / 2), (p[1] - y) / (h / 2), 0.3], [0, 0, 1], p];
  });
  const sewn = new Mesh();
  for (const s of [-1, 1]) {
    const line = [[x + s * (w / 2 - 0.17), y - h / 2 + 0.08], [x + s * (w / 2 - 0.17), y + h / 2 - 0.08]];
    sewn.merge(stitches(line, top, { long: 0.2, gap: 0.1, thick: 0.036, random }));
  }
  return { cloth: sheet.merge(skirt), sewn, top };
}

function pointOn(polygon, u) {
  const n = polygon.length;
  const i = Math.min(n - 1, Math.floor(u * n));
  const t = u * n - i;
  const [p, q] = [polygon[i], polygon[(i + 1) % n]];
  return [mix(p[0], q[0], t), mix(p[1], q[1], t)];
}

function eyelet(form, at, metal = BRASS) {
  const r = form.eyeRadius;
  const profile = [];
  for (let i = 0; i <= 26; i += 1) {
    const t = i / 26;
    const a = Math.PI * t;
    const radius = r * 0.98 + r * 0.62 * (1 - Math.cos(a)) * 0.5;
    profile.push([radius, at + 0.13 * Math.sin(a) ** 0.8 - 0.02]);
  }
  profile.unshift([r * 0.96, at - 0.5], [r * 0.965, at - 0.05]);
  profile.reverse();
  return { material: "metal", color: metal, mesh: lathe(profile, [...form.eye, 0], 72) };
}

/** One luggage tag. `bend(x, y)` lifts the lying cloth; `place` puts it into the scene. Origin: its lower edge's middle. */
export function tag(color, { place, bend, random, side = "front", accent = color.accent }) {
  const form = TAG;
  const face = side === "front" ? front(form) : back(form);
  const hole = [...form.eye, form.eyeRadius * 0.97, 0];
  const [main, edge] = [linear(color.hex), linear(color.edge)];
  const seam = roundedOutline(inset(form.polygon, form.seam), 0.15);
  const seams = stitches(seam, face.height, { ...STITCH, closed: true, random });
  const items = [
    {
      material: "cloth", color: main, colorB: edge, colorC: CREAM, colorD: linear(accent), hole, relief: relief(side, face, form),
      band: side === "front" ? [form.band[0] + 0.1, form.band[1] - 0.1, 12, 0] : [0, 0, 0, 0], mesh: body(face, form),
    },
    eyelet(form, form.thick * 0.82),
  ];
  const creamThread = { material: "thread", color: scale(CREAM, 0.93), mesh: seams };
  items.push(creamThread);
  if (side === "front") {
    const quilting = new Mesh();
    for (const line of quiltLines(form, face)) quilting.merge(stitches(line, face.height, { long: 0.24, gap: 0.15, thick: 0.034, random }));
    for (const y of form.band) {
      const x = form.width / 2 - form.binding - 0.05;
      quilting.merge(stitches([[-x, y], [x, y]], face.height, { long: 0.24, gap: 0.15, thick: 0.034, random }));
    }
    items.push({ material: "thread", color: main.map((c, i) => mix(c, edge[i], 0.35)), mesh: quilting });
    const sewnLabel = label(form.label, face, random);
    items.push({ material: "label", color: scale(CREAM, 0.95), mesh: sewnLabel.cloth });
    items.push({ material: "thread", color: edge, mesh: sewnLabel.sewn.merge(embroidery("TassaTag", [form.label[0] - 0.06, form.label[1]], 0.67, sewnLabel.top, random)) });
  } else {
    const pocket = roundedOutline(inset(rectangle(POCKET.x, POCKET.y, POCKET.width, POCKET.height), 0.2), 0.12);
    seams.merge(stitches(pocket, face.height, { ...STITCH, closed: true, random }));
    items.push(...windowCard(color));
  }
  for (const item of items) item.mesh.moved(place, bend);
  return items;
}

function quiltLines(form, face) {
  const lines = [];
  const [x0, y0, w, h] = form.label;
  const free = ([x, y]) => -face.distance(x, y) > form.binding + 0.06 && y > form.band[1] + 0.1
    && Math.hypot(x - form.eye[0], y - form.eye[1]) > form.eyeRadius * 1.9
    && (Math.abs(x - x0) > w / 2 + 0.02 || Math.abs(y - y0) > h / 2 + 0.02);
  const pitch = form.quilt * Math.SQRT2;
  for (const lean of [1, -1]) {
    for (let k = -12; k <= 12; k += 1) {
      let run = [];
      for (let x = -4.2; x <= 4.2; x += 0.04) {
        const p = [x, lean > 0 ? 7.1 + k * pitch - x : x + 7.1 + k * pitch];
        if (free(p)) run.push(p);
        else {
          if (run.length > 6) lines.push(run);
          run = [];
        }
      }
      if (run.length > 6) lines.push(run);
    }
  }
  return lines;
}

function windowCard(color) {
  const w = POCKET.width - POCKET.frame * 2 + 0.1;
  const h = POCKET.height - POCKET.frame * 2 + 0.1;
  const flat = (z) => (x, y) => z + 0.015 * noise(x * 0.9, y * 0.9, 61);
  const box = [POCKET.x - w / 2, POCKET.y - h / 2, POCKET.x + w / 2, POCKET.y + h / 2];
  const written = new Mesh();
  const left = box[0] + 0.55;
  const right = box[2] - 0.55;
  const print = flat(0.487);
  for (let k = 0; k < 5; k += 1) {
    const y = box[3] - 1.75 - k * 0.82;
    written.merge(tube([[left, y, print(left, y)], [mix(left, right, 0.5), y, print(0, y)], [right, y, print(right, y)]], 0.013, 6));
  }
  const heading = embroideryLine(box, print);
  return [
    { material: "card", color: scale(CREAM, 0.87), mesh: terrain(24, 24, box, flat(0.475)) },
    { material: "card", color: linear("#8b7d6b"), mesh: written },
    { material: "card", color: linear(color.edge), mesh: heading },
    { material: "vinyl", color: [0.9, 0.95, 1], castsNoShadow: true, mesh: terrain(30, 30, box, (x, y) => 0.53 + 0.03 * noise(x * 0.7, y * 0.5, 62)) },
  ];
}

/** A printed bar at the head of the card, where the owner's name goes. */
function embroideryLine(box, z) {
  return terrain(6, 2, [box[0] + 0.55, box[3] - 1.0, box[0] + 2.4, box[3] - 0.72], (x, y) => z(x, y));
}

/** A strap along points [x, y, z, faceX, faceY, faceZ] (world), with sewn edges and, when wanted, a snap on it. */
export function strap(color, points, { width = 1.15, thick = 0.17, samples = 220, stripe = 0.16 } = {}) {
  const path = curve(points, samples);
  return [{
    material: "strap", color: linear(color.strap), colorB: scale(CREAM, 0.9), band: [stripe, 0, 0, 0],
    mesh: ribbon(path, { width, thick, around: 28 }),
  }];
}

/** A domed brass snap on the face of a strap, `along` (0 to 1) its points. */
export function snap(points, along, { radius = 0.42, metal = BRASS, thick = 0.17 } = {}) {
  const path = curve(points, 400);
  const i = Math.round(along * 400);
  const tangent = unit(sub(path[i + 1], path[i - 1]));
  const hint = path[i].slice(3);
  const up = unit(sub(hint, scale(tangent, dot(hint, tangent))));
  const side = cross(tangent, up);
  const direction = ([x, y, z]) => add(add(scale(side, x), scale(tangent, y)), scale(up, z));
  const foot = add(path[i].slice(0, 3), scale(up, thick / 2 + 0.01));
  const place = { direction, point: (p) => add(direction(p), foot) };
  const profile = [[radius, -0.12], [radius * 1.02, 0.02], [radius * 0.98, 0.07], [radius * 0.9, 0.10], [radius * 0.82, 0.085], [radius * 0.78, 0.075]];
  for (let i = 0; i <= 14; i += 1) {
    const t = i / 14;
    profile.push([radius * 0.74 * Math.cos(t * 1.5708), 0.08 + 0.12 * Math.sin(t * 1.5708)]);
  }
  return { material: "metal", color: metal, mesh: lathe(profile, [0, 0, 0], 64).moved(place) };
}

/** A split ring of hardened wire: two turns, pressed flat together. */
export function splitRing({ place, radius = 1.5, wire = 0.11 }) {
  const path = [];
  for (let i = 0; i <= 240; i += 1) {
    const t = i / 240;
    const a = t * 4 * Math.PI + 0.4;
    path.push([radius * Math.cos(a), radius * Math.sin(a), (smooth(0.44, 0.56, t) - 0.5) * wire * 2.1]);
  }
  return { material: "metal", color: STEEL, mesh: ribbon(path.map((p) => [...p, 0, 0, 1]), { width: wire * 2.1, thick: wire * 2, around: 16, power: 0.7 }).moved(place) };
}

/** The key chain's padded body with its woven band. */
export function fob(color, { place, bend, random }) {
  const form = FOB;
  const face = front(form);
  const hole = [...form.eye, form.eyeRadius * 0.97, 0];
  const [main, edge] = [linear(color.hex), linear(color.edge)];
  const seam = roundedOutline(inset(form.polygon, form.seam), 0.12);
  const thread = stitches(seam, face.height, { long: 0.22, gap: 0.12, thick: 0.036, closed: true, random });
  const quilting = new Mesh();
  for (const y of form.band) {
    const x = form.width / 2 - 0.42;
    quilting.merge(stitches([[-x, y], [x, y]], face.height, { long: 0.17, gap: 0.11, thick: 0.026, random }));
  }
  const items = [
    {
      material: "cloth", color: main, colorB: edge, colorC: CREAM, colorD: linear(color.accent), hole, relief: relief("fob", face, form),
      band: [form.band[0] + 0.06, form.band[1] - 0.06, 8, 0], mesh: body(face, form),
    },
    eyelet(form, form.thick * 0.82, STEEL),
    { material: "thread", color: scale(CREAM, 0.93), mesh: thread },
    { material: "thread", color: edge, mesh: quilting },
  ];
  for (const item of items) item.mesh.moved(place, bend);
  return items;
}

/** An old-fashioned brass key that hangs from its bow. Origin: where the ring passes through the bow. */
export function key({ place }) {
  const bow = lathe(rim(0.52, 0.12, 20), [0, -0.52, 0], 48);
  const shaft = tube([[0, -1.05, 0], [0, -2.2, 0], [0, -3.6, 0]], 0.13, 18);
  const collar = tube([[0, -1.16, 0], [0, -1.3, 0]], 0.2, 18);
  const teeth = new Mesh();
  for (const [y, long] of [[-3.05, 0.5], [-3.4, 0.62]]) {
    teeth.merge(ribbon([[0, y, 0, 0, 0, 1], [long / 2, y, 0, 0, 0, 1], [long, y, 0, 0, 0, 1]], { width: 0.2, thick: 0.13, power: 0.4 }));
  }
  return { material: "metal", color: BRASS, mesh: bow.merge(shaft).merge(collar).merge(teeth).moved(place) };
}
