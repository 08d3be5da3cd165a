// What stands before the camera. Each function answers one scene for Studio.photograph.

import { CREAM, FOB, TAG, fob, key, snap, splitRing, strap, tag } from "./goods.js";
import { Mesh, curve, lathe, ribbon, stitches, terrain, tube } from "./shapes.js";
import { add, linear, noise, placement, scale, seededRandom } from "./vector.js";

const DAYLIGHT = { toward: [-0.62, 0.62, 0.78], spread: 0.2, color: [2.0, 1.87, 1.68] };
const SKY = { color: [0.56, 0.59, 0.64] };
const PAPER = linear("#ecdfc8");
const BRASS = [0.83, 0.56, 0.2];

const paper = (reach = 60) => ({
  material: "ground", color: PAPER,
  mesh: terrain(8, 8, [-reach, -reach, reach, reach], () => 0),
});

/** Where a thing of the given height stands when it turns about its middle. */
const about = (height, at, turn) => {
  const p = placement({ turn, at });
  return { direction: p.direction, point: ([a, b, c]) => p.point([a, b - height / 2, c]) };
};

const table = (items, { eye, target, angle = 24, aperture = 0.18, center = [0, 0, 0], reach = 15, distance = 85, bounce = [0.5, 0.45, 0.4], ...rest }) => ({
  items: [...items, paper()], key: { ...DAYLIGHT, distance }, sky: SKY, bounce, center, reach, exposure: 0.9, vignette: 0.1,
  camera: { eye, target, angle, aperture }, ...rest,
});

const softBend = (seed) => (x, y) => 0.07 * noise(x * 0.25 + 3, y * 0.22, seed) + 0.003 * (y - 6) ** 2 - 0.1;

/** The loop of a strap that lies before us: out of the eyelet, once around, and back under the tag. */
function lyingLoop(place, { lean = 0, long = 1, side = 1 } = {}) {
  const [ex, ey] = TAG.eye;
  const at = (x, y, z, ux, uy, uz) => [
    ...place.point([ex + side * (x + lean * Math.max(0, y) * 0.12), ey + (y > 1.4 ? 1.4 + (y - 1.4) * long : y), z]), ...place.direction([side * ux, uy, uz]),
  ];
  return [
    at(0.1, -2.4, -0.24, 0, 0, 1), at(0.05, -1.2, -0.28, 0, 0.1, 1), at(0, -0.42, -0.1, 0, -0.7, 0.8), at(0, 0.02, 0.32, 0, -0.8, 0.6), at(0, 0.55, 0.6, 0, -0.35, 0.95),
    at(-0.06, 1.3, 0.66, 0, 0.05, 1), at(-0.35, 2.5, 0.56, -0.2, 0, 1), at(-1.05, 4.0, 0.52, -0.75, -0.2, 0.75),
    at(-1.5, 5.7, 0.6, -1, 0, 0.6), at(-1.0, 7.2, 0.62, -0.7, 0.8, 0.62), at(0.25, 7.8, 0.62, 0.3, 1, 0.62),
    at(1.4, 7.0, 0.62, 1, 0.6, 0.62), at(1.6, 5.4, 0.56, 1, -0.1, 0.6), at(1.05, 3.6, 0.36, 0.6, -0.1, 0.9), at(0.4, 2.2, 0.12, 0.15, 0, 1),
    at(0.1, 0.8, -0.2, 0, 0, 1), at(0, -0.6, -0.34, 0, 0, 1), at(0, -1.6, -0.34, 0, 0, 1),
  ];
}

/** A whole tag with strap and snap, lying. */
function lyingTag(color, { at = [0, 0, 0.42], turn = [0, 0, 0], side, seed = 1, loop = {} }) {
  const random = seededRandom(seed);
  const place = about(TAG.height, at, turn);
  const points = lyingLoop(place, loop);
  return [...tag(color, { place, bend: softBend(seed), random, side }), ...strap(color, points), snap(points, 5.6 / 17)];
}

export function tagFront(color) {
  return table(lyingTag(color, { at: [0.35, -2.75, 0.42], turn: [0, 0, 6], seed: 11 }), {
    eye: [0.8, -10, 46], target: [0, 0.1, 0.2], angle: 26.5, bounce: linear(color.hex),
  });
}

export function tagBack(color) {
  return table(lyingTag(color, { at: [-0.5, -2.7, 0.42], turn: [0, 0, -9], side: "back", seed: 23, loop: { side: -1, lean: 0.8 } }), {
    eye: [-2, -14, 44], target: [0, 0.1, 0.2], angle: 26.5, bounce: linear(color.hex),
  });
}

const LEATHER = linear("#6d3f22");
const CANVAS = linear("#7b8a90");

/** The upright side of a suitcase with its handle, seen from in front; z points out of the shell. */
function suitcase({ handleY = 8.2, stand = 1.9 } = {}) {
  const wall = terrain(60, 60, [-30, -30, 30, 30], (x, y) => -1.3 + 0.05 * noise(x * 0.15, y * 0.15, 33));
  const belts = new Mesh();
  const seams = new Mesh();
  const random = seededRandom(34);
  for (const x of [-7.5, 7.5]) {
    const path = Array.from({ length: 61 }, (_, i) => [x, i - 30, -1.22 + 0.03 * noise(i * 0.4, x, 35), 0, 0, 1]);
    belts.merge(ribbon(path, { width: 2.7, thick: 0.3, around: 32, power: 0.2 }));
    for (const side of [-1.08, 1.08]) {
      seams.merge(stitches([[x + side, -14], [x + side, 14]], () => -1.08, { long: 0.36, gap: 0.2, thick: 0.05, random }));
    }
  }
  const grip = curve([
    [-7.6, handleY - 1.4, -1.2, 0, 0.4, 1], [-7.0, handleY - 0.9, 0.2, -0.6, 0.4, 1], [-5.8, handleY - 0.25, stand - 0.4, -0.4, 0, 1],
    [-3.4, handleY + 0.05, stand, 0, 0, 1], [0, handleY + 0.1, stand + 0.1, 0, 0, 1], [3.4, handleY + 0.05, stand, 0, 0, 1],
    [5.8, handleY - 0.25, stand - 0.4, 0.4, 0, 1], [7.0, handleY - 0.9, 0.2, 0.6, 0.4, 1], [7.6, handleY - 1.4, -1.2, 0, 0.4, 1],
  ], 160);
  const leather = ribbon(grip, { width: 1.75, thick: 1.35, around: 40, power: 0.62 });
  const rivets = new Mesh();
  const plates = new Mesh();
  for (const x of [-7.5, 7.5]) {
    plates.merge(lathe([[1.5, -0.1], [1.5, 0.16], [1.42, 0.24], [0.4, 0.26], [0, 0.26]], [x, handleY - 1.4, -1.25], 64));
    rivets.merge(lathe([[0.32, 0], [0.3, 0.1], [0.2, 0.18], [0, 0.2]], [x, handleY - 2.4, -1.0], 32));
  }
  return [
    { material: "label", color: CANVAS, mesh: wall },
    { material: "leather", color: scale(LEATHER, 0.8), mesh: belts },
    { material: "thread", color: scale(CREAM, 0.7), mesh: seams },
    { material: "leather", color: LEATHER, mesh: leather },
    { material: "metal", color: BRASS, mesh: plates.merge(rivets) },
  ];
}

/** A strap around a bar through `bar` (its axis along x), buttoned in front, both ends meeting at the eyelet. */
function hangingLoop(place, bar, radius) {
  const eye = place.point([...TAG.eye, 0]);
  const near = (x, y, z, ux, uy, uz) => [...place.point([TAG.eye[0] + x, TAG.eye[1] + y, z]), ...place.direction([ux, uy, uz])];
  const round = (degrees) => {
    const a = (degrees * Math.PI) / 180;
    return [bar[0], bar[1] + Math.sin(a) * radius, bar[2] + Math.cos(a) * radius, 0, Math.sin(a), Math.cos(a)];
  };
  const between = (t, z) => [eye[0] + (bar[0] - eye[0]) * t, eye[1] + (bar[1] - eye[1]) * t, eye[2] + (bar[2] - eye[2]) * t + z];
  return [
    near(0, -2.2, -0.3, 0, 0, 1), near(0, -1.1, -0.3, 0, 0.1, 1), near(0, -0.42, -0.1, 0, -0.7, 0.8), near(0, 0.02, 0.32, 0, -0.8, 0.6), near(0, 0.6, 0.58, 0, -0.35, 0.95),
    near(0, 1.4, 0.5, 0, 0.05, 1), [...between(0.6, 0.22), 0, 0, 1], [...between(0.8, 0.62), 0, -0.1, 1],
    round(-5), round(50), round(100), round(150), round(195), [...between(0.72, -0.62), 0, 0, -1], [...between(0.5, -0.2), 0, 0, -1],
    near(0, 0.9, -0.3, 0, 0, -1), near(0, -0.6, -0.36, 0, 0, -1), near(0, -1.4, -0.36, 0, 0, -1),
  ];
}

export function tagSuitcase(color) {
  const random = seededRandom(31);
  const bar = [0.4, 8.3, 2.0];
  const turned = placement({ turn: [-5, -13, -5], at: [0.75, 3.6, 1.75] });
  const place = { direction: turned.direction, point: (p) => turned.point(add(p, [-TAG.eye[0], -TAG.eye[1], 0])) };
  const points = hangingLoop(place, bar, 0.92);
  const items = [
    ...tag(color, { place, bend: softBend(3), random }),
    ...strap(color, points),
    snap(points, 5.75 / 17),
    ...suitcase({ handleY: 8.2, stand: 1.95 }),
  ];
  return {
    items, key: { toward: [-0.7, 0.5, 0.72], spread: 0.2, color: [2.0, 1.84, 1.6] }, sky: { color: [0.5, 0.53, 0.6], facing: [0, 0.25, 1] },
    bounce: linear(color.hex), center: [0, 1, 1], reach: 15, exposure: 0.92, vignette: 0.2,
    camera: { eye: [-9, 3.5, 45], target: [0.1, 1.0, 1], angle: 27, aperture: 0.55, focus: 45.0 },
  };
}

/** The key chain: padded body, split ring through its eyelet. `turn` of the ring is about the upright. */
function keyChain(color, { at, turn = [0, 0, 0], seed = 1, ringTurn = [0, 34, 8], ringRadius = 1.45 }) {
  const random = seededRandom(seed);
  const place = about(FOB.height, at, turn);
  const eye = [FOB.eye[0], FOB.eye[1] + ringRadius - 0.02, 0.2];
  const ring = placement({ turn: ringTurn, at: eye });
  const ringPlace = { direction: (d) => place.direction(ring.direction(d)), point: (p) => place.point(ring.point(p)) };
  return [...fob(color, { place, bend: (x, y) => 0.02 * noise(x * 0.6, y * 0.5, seed), random }), splitRing({ place: ringPlace, radius: ringRadius })];
}

export function keyChainFront(color) {
  const items = keyChain(color, { at: [-0.3, -1.3, 0.62], turn: [7, -2, 14], seed: 41 });
  return table(items, { eye: [0.6, -7, 26], target: [-0.3, 0.15, 0.3], angle: 23, reach: 8, aperture: 0.16, bounce: linear(color.hex) });
}

export function keyChainHook(color) {
  const random = seededRandom(43);
  const ringAt = [0, 2.3, 1.0];
  const radius = 1.45;
  const hang = placement({ turn: [-4, -16, 4], at: [0.3, ringAt[1] - radius, 1.0] });
  const place = { direction: hang.direction, point: ([x, y, z]) => hang.point([x - FOB.eye[0], y - FOB.eye[1], z - 0.2]) };
  const hook = tube(curve([[0, 5.2, -0.6], [0, 5.0, 0.5], [0, 4.4, 0.9], [0, 3.75, 0.8], [0.0, 3.58, 1.1], [0, 3.72, 1.45], [0, 4.15, 1.6]], 80), 0.17, 18);
  const plate = lathe([[1.0, -0.1], [1.0, 0.08], [0.9, 0.16], [0.3, 0.2], [0, 0.2]], [0, 5.2, -0.5], 64);
  const keyHang = placement({ turn: [-6, 48, -13], at: [-1.0, ringAt[1] - 0.72, 1.5] });
  const items = [
    ...fob(color, { place, bend: () => 0, random }),
    splitRing({ place: placement({ turn: [0, 24, 0], at: ringAt }), radius }),
    key({ place: keyHang }),
    { material: "metal", color: BRASS, mesh: hook.merge(plate) },
    { material: "ground", color: linear("#dfd2bc"), mesh: terrain(4, 4, [-30, -30, 30, 30], () => -0.55) },
  ];
  return {
    items, key: { toward: [-0.72, 0.52, 0.72], spread: 0.2, color: [2.0, 1.86, 1.66] }, sky: { color: [0.5, 0.53, 0.6], facing: [0, 0.25, 1] },
    bounce: linear(color.hex), center: [0, 0, 0], reach: 9, exposure: 0.9, vignette: 0.16,
    camera: { eye: [-4, 0.8, 29], target: [0, 0.35, 0.5], angle: 23, aperture: 0.2 },
  };
}

export function setFront(colors) {
  const items = [
    ...lyingTag(colors.lagoon, { at: [-2.6, -2.5, 0.42], turn: [0, 0, 9], seed: 51 }),
    ...keyChain(colors.poppy, { at: [5.3, -3.0, 0.62], turn: [7, -2, -17], seed: 52 }),
  ];
  return table(items, { eye: [0.8, -10, 46], target: [0.7, 0.4, 0.2], angle: 26, reach: 16 });
}

export function setLow(colors) {
  const items = [
    ...lyingTag(colors.fuchsia, { at: [-2.2, -1.4, 0.42], turn: [0, 0, 24], seed: 53 }),
    ...keyChain(colors.jade, { at: [6.3, -4.6, 0.62], turn: [7, -2, -12], seed: 54 }),
  ];
  return table(items, { eye: [5, -34, 27], target: [0.5, -0.3, 0.2], angle: 22.5, reach: 16, aperture: 0.4, focus: 43 });
}

const PACK = ["marigold", "fuchsia", "lagoon", "poppy", "jade", "indigo", "lagoon", "marigold", "jade", "fuchsia"];

export function packRows(colors) {
  const items = PACK.flatMap((name, i) => {
    const row = Math.floor(i / 5);
    const column = i % 5;
    return lyingTag(colors[name], {
      at: [-12.4 + column * 6.0 + row * 0.7, 5.4 - row * 13.4, 0.5 + column * 0.5 + row * 0.3], turn: [0, 3.0, 4 - column * 1.2 + row * 2], seed: 60 + i,
      loop: { long: 0.62, lean: column % 2 ? 0.5 : -0.5 },
    });
  });
  return table(items, { eye: [0, -14, 74], target: [0, 1.2, 0.4], angle: 26, reach: 26, aperture: 0.2, distance: 130 });
}

export function packStack(colors) {
  const items = PACK.slice().reverse().flatMap((name, i) => lyingTag(colors[name], {
    at: [0.3 * noise(i * 3.3, 1, 71), -1 + 0.3 * noise(i * 2.7, 2, 72), 0.4 + i * 0.57], turn: [0, 0, 20 + (9 - i) * 11 + 3 * noise(i * 5.1, 3, 73)], seed: 80 + i,
    loop: { lean: noise(i * 1.7, 8, 74) * 3, long: 0.8 },
  }));
  return table(items, { eye: [5, -36, 36], target: [-0.7, -0.4, 2.0], angle: 28, reach: 18, aperture: 0.5, focus: 47 });
}

/** The row of six for the home page, wide or for a phone. */
export function hero(colors, { width, height }) {
  const names = Object.keys(colors);
  const tall = height > width;
  const spots = tall
    ? [[-6.2, 7.6, 10], [2.6, 9.0, -5], [9.2, 6.6, -16], [-8.6, -7.6, -7], [-0.2, -6.6, 6], [7.8, -8.6, -3]]
    : [[-19.2, -3.4, 13], [-11.6, -1.4, 5], [-4.0, -3.6, -6], [4.0, -1.8, 7], [11.6, -3.4, -4], [19.0, -1.6, -12]];
  const items = names.flatMap((name, i) => {
    const [x, y, turn] = spots[i];
    return lyingTag(colors[name], { at: [x, y, 0.45 + (i % 2) * 0.5], turn: [0, 1.5, turn], seed: 90 + i, loop: { lean: (i % 3) - 1, side: i % 2 ? -1 : 1, long: tall ? 0.7 : 0.85 } });
  });
  return table(items, {
    eye: [0, tall ? -16 : -14, tall ? 70 : 60], target: [0.2, tall ? 1.1 : 0.2, 0.3], angle: tall ? 27.6 : 25.4, reach: 30, aperture: 0.3, distance: 170,
  });
}
