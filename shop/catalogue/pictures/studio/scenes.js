// What stands before the camera. Each function answers one scene for Studio.photograph.

import { CREAM, TAG, snap, strap, tag } from "./goods.js";
import { terrain } from "./shapes.js";
import { linear, noise, placement, scale, seededRandom } from "./vector.js";

const DAYLIGHT = { toward: [-0.62, 0.62, 0.78], spread: 0.2, color: [2.0, 1.86, 1.66] };
const SKY = { color: [0.62, 0.65, 0.70] };
const PAPER = linear("#f3e7d2");

const paper = (reach = 40) => ({
  material: "ground", color: PAPER,
  mesh: terrain(8, 8, [-reach, -reach, reach, reach], () => 0),
});

/** Move so that the tag turns about its middle. */
const lying = (x, y, z, turn, tilt = [0, 0]) => {
  const p = placement({ turn: [tilt[0], tilt[1], turn], at: [x, y, z] });
  return { direction: p.direction, point: ([a, b, c]) => p.point([a, b - TAG.height / 2, c]) };
};

const table = (items, { eye, target, angle = 24, aperture = 0.18, center = [0, 0, 0], reach = 15, bounce = [0.5, 0.45, 0.4], ...rest }) => ({
  items, key: DAYLIGHT, sky: SKY, bounce, center, reach, exposure: 0.94, vignette: 0.09,
  camera: { eye, target, angle, aperture }, ...rest,
});

/** The loop of a strap that lies before us: out of the eyelet, once around, and back under the tag. */
function lyingLoop(place) {
  const [ex, ey] = TAG.eye;
  const at = (x, y, z, ux, uy, uz) => [...place.point([ex + x, ey + y, z]), ...place.direction([ux, uy, uz])];
  return [
    at(0.1, -2.2, -0.24, 0, 0, -1), at(0.05, -1.0, -0.2, 0, 0.1, -1), at(0, -0.1, 0.1, 0, 1, -0.4), at(0, 0.42, 0.5, 0, 0.7, 0.7),
    at(-0.1, 1.3, 0.62, 0, 0.05, 1), at(-0.45, 2.4, 0.5, -0.25, 0, 1), at(-1.1, 4.0, 0.52, -0.8, -0.2, 0.7),
    at(-1.5, 5.8, 0.6, -1, 0, 0.55), at(-0.9, 7.4, 0.6, -0.6, 0.9, 0.6), at(0.4, 7.9, 0.6, 0.4, 1, 0.6),
    at(1.5, 6.9, 0.6, 1, 0.5, 0.6), at(1.5, 5.1, 0.55, 1, -0.1, 0.6), at(0.9, 3.3, 0.4, 0.6, -0.1, 0.9), at(0.35, 1.8, 0.1, 0.1, 0, 1),
    at(0.1, 0.6, -0.18, 0, 0, 1), at(0, -1.4, -0.34, 0, 0, 1),
  ];
}

export function tagFront(color) {
  const random = seededRandom(11);
  const place = lying(-0.4, -2.2, 0.42, 7);
  const bend = (x, y) => 0.05 * noise(x * 0.25 + 3, y * 0.22, 5) + 0.0035 * (y - 6) ** 2;
  const items = [
    paper(),
    ...tag(color, { place, bend, random }),
    ...strap(color, lyingLoop(place)),
  ];
  return table(items, { eye: [0.6, -9, 42], target: [0, 0.9, 0.2], angle: 27, bounce: linear(color.hex) });
}
