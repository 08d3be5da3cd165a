// Solid shapes as meshes. Unit: one centimeter. z points to the viewer.

import { add, cross, dot, mix, scale, sub, unit } from "./vector.js";

const FLOATS = 13; // position 3, normal 3, tangent 3, texture 2, local 2

export class Mesh {
  constructor() {
    this.data = [];
    this.index = [];
  }

  get count() {
    return this.data.length / FLOATS;
  }

  vertex(p, n, t, uv, local = uv) {
    this.data.push(p[0], p[1], p[2], n[0], n[1], n[2], t[0], t[1], t[2], uv[0], uv[1], local[0], local[1]);
  }

  /** A sheet of (nu + 1) x (nv + 1) vertices; `at(u, v)` answers [position, normal, tangent, texture, local]. */
  sheet(nu, nv, at) {
    const first = this.count;
    for (let j = 0; j <= nv; j += 1) {
      for (let i = 0; i <= nu; i += 1) this.vertex(...at(i / nu, j / nv));
    }
    for (let j = 0; j < nv; j += 1) {
      for (let i = 0; i < nu; i += 1) {
        const a = first + j * (nu + 1) + i;
        this.index.push(a, a + 1, a + nu + 1, a + 1, a + nu + 2, a + nu + 1);
      }
    }
    return this;
  }

  /** Carry every vertex along: `bend` moves a point within the object, `place` puts the object into the world. */
  moved(place, bend) {
    const d = this.data;
    for (let o = 0; o < d.length; o += FLOATS) {
      let p = [d[o], d[o + 1], d[o + 2]];
      let n = [d[o + 3], d[o + 4], d[o + 5]];
      let t = [d[o + 6], d[o + 7], d[o + 8]];
      if (bend) {
        const e = 0.05;
        const h = bend(p[0], p[1]);
        const sx = (bend(p[0] + e, p[1]) - h) / e;
        const sy = (bend(p[0], p[1] + e) - h) / e;
        p = [p[0], p[1], p[2] + h];
        n = unit([n[0] - sx * n[2], n[1] - sy * n[2], n[2] + sx * n[0] + sy * n[1]]);
        t = unit([t[0], t[1], t[2] + sx * t[0] + sy * t[1]]);
      }
      [d[o], d[o + 1], d[o + 2]] = place.point(p);
      [d[o + 3], d[o + 4], d[o + 5]] = place.direction(n);
      [d[o + 6], d[o + 7], d[o + 8]] = place.direction(t);
    }
    return this;
  }

  merge(other) {
    const first = this.count;
    for (const x of other.data) this.data.push(x);
    for (const i of other.index) this.index.push(i + first);
    return this;
  }
}

/** A surface of revolution about z through (x, y): `profile` is a list of [radius, z]. */
export function lathe(profile, [x, y, z] = [0, 0, 0], around = 64) {
  const last = profile.length - 1;
  return new Mesh().sheet(around, last, (u, v) => {
    const i = Math.round(v * last);
    const [r, h] = profile[i];
    const before = profile[Math.max(0, i - 1)];
    const after = profile[Math.min(last, i + 1)];
    const slope = unit([after[1] - before[1], 0, before[0] - after[0]]);
    const a = u * 2 * Math.PI;
    const [c, s] = [Math.cos(a), Math.sin(a)];
    return [
      [x + c * r, y + s * r, z + h],
      [c * slope[0], s * slope[0], slope[2]],
      [-s, c, 0],
      [a * r, i / 8],
      [c * r, s * r],
    ];
  });
}

/** The ring-shaped profile of a rolled rim: circle of radius `thick` whose center runs at `radius`. */
export function rim(radius, thick, steps = 20, flat = 1) {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const a = (i / steps) * 2 * Math.PI;
    return [radius + thick * Math.cos(a), thick * flat * Math.sin(a)];
  });
}

/** A smooth curve through points (centripetal enough for our even spacing): n samples of the given tuples. */
export function curve(points, n) {
  const last = points.length - 1;
  const result = [];
  for (let s = 0; s <= n; s += 1) {
    const x = (s / n) * last;
    const i = Math.min(last - 1, Math.floor(x));
    const t = x - i;
    const [a, b, c, d] = [i - 1, i, i + 1, i + 2].map((k) => points[Math.min(last, Math.max(0, k))]);
    result.push(b.map((_, k) => 0.5 * (2 * b[k] + (c[k] - a[k]) * t + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t
      + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t * t * t)));
  }
  return result;
}

/** A band with rounded-rectangle section along points [x, y, z, upX, upY, upZ], where up is the way its face looks. */
export function ribbon(path, { width, thick, around = 24, power = 0.35, taper = () => 1 }) {
  const n = path.length - 1;
  const length = [0];
  for (let i = 1; i <= n; i += 1) length.push(length[i - 1] + Math.hypot(...sub(path[i], path[i - 1])));
  const frames = path.map((p, i) => {
    const tangent = unit(sub(path[Math.min(n, i + 1)], path[Math.max(0, i - 1)]));
    const hint = p.slice(3);
    const up = unit(sub(hint, scale(tangent, dot(hint, tangent))));
    return [p, tangent, up, cross(tangent, up)];
  });
  const soft = (x, e) => Math.sign(x) * Math.abs(x) ** e;
  return new Mesh().sheet(around, n, (u, v) => {
    const i = Math.round(v * n);
    const [p, tangent, up, side] = frames[i];
    const a = u * 2 * Math.PI;
    const w = (width / 2) * taper(v);
    const [sx, sz] = [soft(Math.cos(a), power) * w, (soft(Math.sin(a), power === 1 ? 1 : 0.6) * thick) / 2];
    const nx = soft(Math.cos(a), 2 - power) / w;
    const nz = soft(Math.sin(a), power === 1 ? 1 : 1.4) / (thick / 2);
    return [
      add(p, add(scale(side, sx), scale(up, sz))),
      unit(add(scale(side, nx), scale(up, nz))),
      tangent,
      [length[i], power === 1 ? (u * Math.PI * (width + thick)) / 2 : sx],
      [length[i], sx / (width / 2)],
    ];
  });
}

/** A round cord or wire. */
export const tube = (path, radius, around = 14) => ribbon(path.map((p) => (p.length > 3 ? p : [...p, 0.13, 0.21, 1])),
  { width: radius * 2, thick: radius * 2, around, power: 1 });

/** The sheet of a smooth function z(x, y) over a rectangle, normals from the function itself. */
export function terrain(nu, nv, [x0, y0, x1, y1], z, uvScale = 1) {
  const e = 0.01;
  return new Mesh().sheet(nu, nv, (u, v) => {
    const [x, y] = [mix(x0, x1, u), mix(y0, y1, v)];
    const n = unit([z(x - e, y) - z(x + e, y), z(x, y - e) - z(x, y + e), 2 * e]);
    return [[x, y, z(x, y)], n, unit([2 * e, 0, z(x + e, y) - z(x - e, y)]), [x * uvScale, y * uvScale]];
  });
}

/** Thread laid as stitches along a line of [x, y] points; each stitch dives into the cloth at both ends. */
export function stitches(line, surface, { long = 0.27, gap = 0.13, thick = 0.042, closed = false, random, raise = 0.3 }) {
  const mesh = new Mesh();
  const points = closed ? [...line, line[0]] : line;
  const length = [0];
  for (let i = 1; i < points.length; i += 1) {
    length.push(length[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
  }
  const total = length.at(-1);
  const at = (s) => {
    let i = 1;
    while (i < points.length - 1 && length[i] < s) i += 1;
    const t = (s - length[i - 1]) / (length[i] - length[i - 1] || 1);
    return [mix(points[i - 1][0], points[i][0], t), mix(points[i - 1][1], points[i][1], t)];
  };
  const count = Math.max(1, Math.round(total / (long + gap)));
  const step = total / count;
  for (let k = 0; k < count; k += 1) {
    const from = k * step + (gap / 2) * (0.7 + 0.6 * random());
    const to = (k + 1) * step - (gap / 2) * (0.7 + 0.6 * random());
    const drift = (random() - 0.5) * thick * 0.7;
    const [a, b] = [at(from), at(to)];
    const across = unit([a[1] - b[1], b[0] - a[0], 0]);
    const path = [];
    for (let i = 0; i <= 7; i += 1) {
      const t = i / 7;
      const [x, y] = at(mix(from, to, t));
      const arc = Math.sin(Math.PI * t) ** 0.55;
      const lean = drift * (t - 0.5) * 2;
      path.push([x + across[0] * lean, y + across[1] * lean, surface(x, y) + thick * (arc * (1 + raise) - 0.75), 0, 0, 1]);
    }
    mesh.merge(tube(path, thick, 7));
  }
  return mesh;
}

/** A convex polygon (counter-clockwise) moved inwards. */
export function inset(polygon, by) {
  const n = polygon.length;
  const edges = polygon.map((p, i) => {
    const q = polygon[(i + 1) % n];
    const l = Math.hypot(q[0] - p[0], q[1] - p[1]);
    const normal = [-(q[1] - p[1]) / l, (q[0] - p[0]) / l];
    return { normal, offset: normal[0] * p[0] + normal[1] * p[1] + by };
  });
  return edges.map((edge, i) => {
    const prior = edges[(i + n - 1) % n];
    const d = prior.normal[0] * edge.normal[1] - prior.normal[1] * edge.normal[0];
    return [
      (prior.offset * edge.normal[1] - edge.offset * prior.normal[1]) / d,
      (prior.normal[0] * edge.offset - edge.normal[0] * prior.offset) / d,
    ];
  });
}

/** Signed distance to a convex polygon whose corners are rounded: negative inside. */
export function distanceToRounded(polygon, radius) {
  const core = inset(polygon, radius);
  const n = core.length;
  return (x, y) => {
    let nearest = Infinity;
    let inside = true;
    for (let i = 0; i < n; i += 1) {
      const [ax, ay] = core[i];
      const [bx, by] = core[(i + 1) % n];
      const [ex, ey, px, py] = [bx - ax, by - ay, x - ax, y - ay];
      const t = Math.min(1, Math.max(0, (px * ex + py * ey) / (ex * ex + ey * ey)));
      nearest = Math.min(nearest, Math.hypot(px - ex * t, py - ey * t));
      if (ex * py - ey * px < 0) inside = false;
    }
    return (inside ? -nearest : nearest) - radius;
  };
}

/** Points along the outline of a polygon with rounded corners. */
export function roundedOutline(polygon, radius, step = 0.05) {
  const core = inset(polygon, radius);
  const n = core.length;
  const result = [];
  for (let i = 0; i < n; i += 1) {
    const [p, q, r] = [core[(i + n - 1) % n], core[i], core[(i + 1) % n]];
    const angle = (a, b) => Math.atan2(b[1] - a[1], b[0] - a[0]) - Math.PI / 2;
    const from = angle(p, q);
    let to = angle(q, r);
    while (to < from) to += 2 * Math.PI;
    for (let k = 0; k <= 6; k += 1) {
      const a = mix(from, to, k / 6);
      result.push([q[0] + Math.cos(a) * radius, q[1] + Math.sin(a) * radius]);
    }
    const [s, e] = [result.at(-1), [r[0] + Math.cos(to) * radius, r[1] + Math.sin(to) * radius]];
    const parts = Math.ceil(Math.hypot(e[0] - s[0], e[1] - s[1]) / step);
    for (let k = 1; k < parts; k += 1) result.push([mix(s[0], e[0], k / parts), mix(s[1], e[1], k / parts)]);
  }
  return result;
}
