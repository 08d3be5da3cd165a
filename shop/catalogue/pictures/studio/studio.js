// The photo studio: a softbox, a sky of soft light, a camera with a real aperture.
//
// A picture is the mean of many exposures. Each exposure moves the camera within its aperture and within one
// pixel, and takes one spot of the softbox and one of the sky with its exact shadow. Soft shadows, the darkening in
// folds, smooth edges and depth of field all come from that mean.

import { add, cross, dot, halton, scale, sub, unit } from "./vector.js";

const MATERIALS = ["ground", "cloth", "strap", "thread", "metal", "leather", "vinyl", "card", "label"];
const SHADOW_SIZE = 1536;

const VERTEX = `#version 300 es
precision highp float;
layout(location=0) in vec3 position; layout(location=1) in vec3 normal; layout(location=2) in vec3 tangent;
layout(location=3) in vec2 texture; layout(location=4) in vec2 local;
uniform mat4 camera, lightA, lightB;
out vec3 P, N, T; out vec2 U, Q; out vec3 SA, SB;
void main() {
  P = position; N = normal; T = tangent; U = texture; Q = local;
  vec3 lifted = position + normal * 0.022;
  SA = (lightA * vec4(lifted, 1.)).xyz * .5 + .5;
  SB = (lightB * vec4(lifted, 1.)).xyz * .5 + .5;
  gl_Position = camera * vec4(position, 1.);
}`;

const FRAGMENT = `#version 300 es
precision highp float; precision highp sampler2DShadow;
in vec3 P, N, T; in vec2 U, Q; in vec3 SA, SB;
uniform vec3 lamp, eye, towardA, towardB, lightColor, skyColor, bounce, keyDirection;
uniform vec3 colorA, colorB, colorC, colorD;
uniform vec4 hole, band;
uniform sampler2D threads, relief;
uniform sampler2DShadow shadowA, shadowB;
out vec4 result;

float mottled = 1.;
vec3 studioLight(vec3 r) {
  float box = smoothstep(.72, .9, dot(r, keyDirection));
  float strip = smoothstep(.10, .04, abs(dot(r, normalize(cross(keyDirection, vec3(.3, .2, 1.))))-.55));
  float up = .5 + .5 * r.y;
  vec3 room = mix(vec3(.16, .13, .10), vec3(.62, .60, .58), up) * (.35 + .65 * max(r.z, 0.));
  return room + vec3(1.9, 1.8, 1.65) * box + vec3(.55) * strip;
}
void main() {
  vec3 n = normalize(N), t = normalize(T - n * dot(N, T)), b = cross(n, t);
  vec3 v = normalize(eye - P);
  vec3 albedo = colorA; float occlusion = 1., gloss = 0., power = 20., sheen = 0., wrap = 0., alpha = 1.;
  vec3 slope = vec3(0., 0., 1.);
#if KIND == 0
  vec4 g = texture(threads, U * .035), g2 = texture(threads, U * .013 + .3);
  slope = vec3((g.rg - .5) * .34 + (g2.rg - .5) * .16, 1.);
  albedo *= 1. + (g.a - .5) * .10 + (g2.a - .5) * .08;
#elif KIND == 1
  if (distance(Q, hole.xy) < hole.z) discard;
  vec4 form = texture(relief, U);
  bool edge = form.a > .5;
  vec2 w = Q / 9.6;
  if (edge) w = vec2(w.x + w.y, w.y - w.x) * .7071 * 1.25 + .37;
  vec4 thread = texture(threads, w);
  vec3 warp = edge ? colorB : colorA;
  vec3 weft = edge ? colorB * .72 : mix(colorA * .80, colorB, .30);
  albedo = mix(weft, warp * 1.14, smoothstep(.1, .9, thread.a)) * (.9 + .2 * thread.a);
  vec2 lean = (thread.rg - .5) * 1.9;
  occlusion = form.b * mix(.48, 1.1, smoothstep(.15, .85, thread.b));
  if (!edge && Q.y > band.x && Q.y < band.y) {
    vec2 cell = floor((Q - vec2(0., band.x)) * vec2(16., 17.8));
    float rows = floor((band.y - band.x) * 17.8);
    float h = band.z, x = abs(mod(cell.x + h, 2. * h) - h), y = abs(cell.y - (rows - 1.) * .5);
    float m = x + y;
    float far = abs(y - (rows * .5 - 2.5));
    bool small = h < 9.;
    bool light = (m > h - 1.5 && m < h + .5) || (small ? m < 1.5 : m > 2.5 && m < 4.5) || far < .6;
    bool spark = (m > h - 4.5 && m < h - 2.5) || (!small && m < 1.5) || (h - x + y > .5 && h - x + y < (small ? 3. : 3.6));
    if (far < 1.6 && far > .6) { light = false; spark = true; }
    if (far > 1.6 && y > rows * .5 - 2.5) { light = false; spark = false; }
    if (light || spark) {
      vec2 inCell = fract((Q - vec2(0., band.x)) * vec2(16., 17.8)) - .5;
      float float_ = sqrt(max(0., 1. - pow(inCell.y * 1.9, 2.)));
      albedo = (light ? colorC : colorD) * (.8 + .3 * thread.a) * (.62 + .42 * float_);
      lean = vec2(lean.x * .35, inCell.y * 1.1 + lean.y * .2);
      occlusion = form.b * mix(.8, 1., thread.b);
    }
  }
  vec3 big = form.rgb * 2. - 1.; big.z = sqrt(max(.02, 1. - dot(big.xy, big.xy)));
  slope = vec3(big.xy / big.z + lean, 1.);
  sheen = .30; wrap = .12; gloss = .05; power = 12.;
#elif KIND == 2
  vec4 thread = texture(threads, vec2(U.x / 2.6, U.y / 1.35 + .5));
  slope = vec3((thread.rg - .5) * 1.5, 1.);
  occlusion = mix(.45, 1.06, smoothstep(.1, .8, thread.b)) * (1. - .35 * smoothstep(.86, 1., abs(Q.y)));
  albedo = mix(colorA, colorB, step(abs(abs(Q.y) - .0), band.x)) * (.72 + .56 * thread.a);
  sheen = .25; wrap = .1; gloss = .10; power = 16.;
#elif KIND == 3
  float ply = sin((U.x * 46. + U.y * 44.));
  slope = vec3(ply * .36, ply * .22, 1.);
  occlusion = .88 + .12 * ply; albedo *= .96 + .05 * ply;
  gloss = .2; power = 22.; sheen = .2; wrap = .15;
#elif KIND == 4
  slope = vec3((texture(threads, U * .2).rg - .5) * .10, 1.);
#elif KIND == 5
  vec4 g = texture(threads, U * .10);
  slope = vec3((g.rg - .5) * .8, 1.);
  albedo *= .88 + .24 * g.a; occlusion = .8 + .25 * g.b;
  gloss = .16; power = 22.; sheen = .06;
#elif KIND == 6
  alpha = .10; gloss = .5; power = 120.;
  slope = vec3((texture(threads, U * .02).rg - .5) * .22, 1.);
#elif KIND == 7
  vec4 g = texture(threads, U * .08);
  slope = vec3((g.rg - .5) * .35, 1.);
  albedo *= .96 + .08 * g.a;
#elif KIND == 8
  vec4 thread = texture(threads, Q / 4.2);
  slope = vec3((thread.rg - .5) * 1.3, 1.);
  occlusion = mix(.62, 1.06, smoothstep(.15, .85, thread.b));
  albedo *= .84 + .24 * thread.a; sheen = .2; wrap = .1;
#endif
  n = normalize(t * slope.x + b * slope.y + n * slope.z);
  float facing = clamp(dot(n, v), 0., 1.);
  vec2 scatter = vec2(0.);
#if KIND == 0 || KIND == 8
  // Broad plain grounds show the steps between exposures: scatter where each pixel asks.
  float dice = fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233)) + towardA.x * 91.7 + towardB.y * 37.3) * 43758.5453);
  scatter = .005 * sqrt(fract(dice * 17.)) * vec2(cos(dice * 6.2832), sin(dice * 6.2832));
#endif
  float litA = texture(shadowA, vec3(SA.xy + scatter, SA.z - .0012)), litB = texture(shadowB, vec3(SB.xy + scatter * 2., SB.z - .0012));
  float near = dot(lamp, lamp) / dot(lamp - P, lamp - P);
  vec3 lightColor = lightColor * near;
  float a = clamp((dot(n, towardA) + wrap) / (1. + wrap), 0., 1.), c = clamp((dot(n, towardB) + wrap) / (1. + wrap), 0., 1.);
#if KIND == 4
  vec3 r = reflect(-v, n);
  vec3 f = colorA + (1. - colorA) * pow(1. - facing, 5.) * .6;
  float open = .35 + .65 * (litB * .6 + litA * .4);
  vec3 color = f * studioLight(r) * open + f * bounce * .25 * max(-r.z + .3, 0.);
  result = vec4(color, 1.);
#else
  vec3 color = albedo * occlusion * (lightColor * a * litA + skyColor * c * (litB + (1. - litB) * bounce * .55) + bounce * .05);
  vec3 h = normalize(towardA + v);
  color += lightColor * litA * occlusion * gloss * pow(max(dot(n, h), 0.), power) * smoothstep(0., .2, a) * (power + 6.) * .05;
  color += albedo * sheen * pow(1. - facing, 3.) * (lightColor * litA * .35 + skyColor * litB * .6) * occlusion;
#if KIND == 6
  vec3 r = reflect(-v, n);
  float fresnel = .04 + .96 * pow(1. - facing, 5.);
  float across = (Q.x * .8 + Q.y * .55) + slope.x * 1.2;
  float glare = smoothstep(1.5, 1.9, across) * smoothstep(3.5, 3.1, across) + .7 * smoothstep(3.75, 3.95, across) * smoothstep(4.6, 4.4, across);
  result = vec4(albedo * skyColor * .06 + studioLight(r) * (.03 + fresnel) + glare * .17 * lightColor, alpha + glare * .06);
#else
  result = vec4(color, 1.);
#endif
#endif
}`;

const DEPTH_VERTEX = `#version 300 es
precision highp float;
layout(location=0) in vec3 position; layout(location=4) in vec2 local;
uniform mat4 light; out vec2 Q;
void main() { Q = local; gl_Position = light * vec4(position, 1.); }`;
const DEPTH_FRAGMENT = `#version 300 es
precision highp float; in vec2 Q; uniform vec4 hole;
void main() { if (distance(Q, hole.xy) < hole.z) discard; }`;

const SCREEN_VERTEX = `#version 300 es
precision highp float; out vec2 S;
void main() { vec2 p = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.; S = p; gl_Position = vec4(p * 2. - 1., 0., 1.); }`;
const COPY_FRAGMENT = `#version 300 es
precision highp float; in vec2 S; uniform sampler2D image; out vec4 result;
void main() { result = vec4(min(texture(image, S).rgb, vec3(6.)), 1.); }`;
const DEVELOP_FRAGMENT = `#version 300 es
precision highp float; in vec2 S; uniform sampler2D image; uniform float exposure, vignette; uniform vec2 size; out vec4 result;
float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }
void main() {
  vec4 sum = texture(image, S);
  vec3 c = sum.rgb / sum.a * exposure;
  vec2 d = (S - .5) * 2.;
  c *= 1. - vignette * dot(d, d) * .5;
  vec3 x = max(c, 0.);
  x = x * (1. + x / 7.) / (1. + x * .42);           // a gentle shoulder: whites bend, colors stay
  float grey = dot(x, vec3(.2126, .7152, .0722));
  x = max(mix(vec3(grey), x, 1.03), 0.);
  vec3 s = mix(x * 12.92, 1.055 * pow(max(x, vec3(1e-5)), vec3(1. / 2.4)) - .055, step(.0031308, x));
  s += (hash(gl_FragCoord.xy) - .5) / 200.;
  result = vec4(clamp(s, 0., 1.), 1.);
}`;

export class Studio {
  constructor(canvas, textures) {
    this.canvas = canvas;
    const gl = canvas.getContext("webgl2", { preserveDrawingBuffer: true, antialias: false, alpha: false });
    if (!gl || !gl.getExtension("EXT_color_buffer_float") || !gl.getExtension("EXT_float_blend")) {
      throw new Error("This browser offers no WebGL 2 with float targets");
    }
    this.gl = gl;
    this.programs = Object.fromEntries(MATERIALS.map((name, i) => [
      name, program(gl, VERTEX, FRAGMENT.replace("precision highp float;", `#define KIND ${i}\nprecision highp float;`)),
    ]));
    this.depthProgram = program(gl, DEPTH_VERTEX, DEPTH_FRAGMENT);
    this.copyProgram = program(gl, SCREEN_VERTEX, COPY_FRAGMENT);
    this.developProgram = program(gl, SCREEN_VERTEX, DEVELOP_FRAGMENT);
    this.textures = Object.fromEntries(Object.entries(textures).map(([name, t]) => [name, repeating(gl, t)]));
    this.reliefs = new Map();
    this.shadows = [0, 1].map(() => shadowMap(gl));
    gl.enable(gl.DEPTH_TEST);
  }

  /** Draw `scene` onto the canvas with the given number of exposures. */
  photograph(scene, { width, height, exposures }) {
    const { gl } = this;
    this.canvas.width = width;
    this.canvas.height = height;
    const target = colorTarget(gl, width, height, gl.RGBA16F, gl.HALF_FLOAT, true);
    const sum = colorTarget(gl, width, height, gl.RGBA32F, gl.FLOAT, false);
    const items = scene.items.map((item) => ({ ...item, ...this.upload(item) }));
    const key = unit(scene.key.toward);
    const [side, rise] = basis(key);
    const normal = unit(scene.sky.facing ?? [0, 0, 1]);
    const [skyX, skyY] = basis(normal);
    for (let k = 0; k < exposures; k += 1) {
      const [p, q, r, s] = [halton(k + 1, 2), halton(k + 1, 3), halton(k + 1, 5), halton(k + 1, 7)];
      const [ka, kr] = [p * 2 * Math.PI, Math.sqrt(q) * scene.key.spread];
      const towardA = unit(add(key, add(scale(side, Math.cos(ka) * kr), scale(rise, Math.sin(ka) * kr))));
      const z = 0.12 + 0.88 * r;
      const [sa, sr] = [s * 2 * Math.PI, Math.sqrt(1 - z * z)];
      const towardB = add(scale(normal, z), add(scale(skyX, Math.cos(sa) * sr), scale(skyY, Math.sin(sa) * sr)));
      const lights = [towardA, towardB].map((toward) => sunMatrix(toward, scene.center, scene.reach));
      lights.forEach((matrix, i) => this.castShadows(items, matrix, this.shadows[i]));
      const lens = [halton(k + 1, 11) * 2 * Math.PI, Math.sqrt(halton(k + 1, 13)) * scene.camera.aperture];
      const jitter = [(halton(k + 1, 17) - 0.5) / width, (halton(k + 1, 19) - 0.5) / height];
      const view = cameraMatrix(scene.camera, width / height, lens, jitter);
      gl.bindFramebuffer(gl.FRAMEBUFFER, target.frame);
      gl.viewport(0, 0, width, height);
      gl.clearColor(...(scene.backdrop ?? [0.5, 0.5, 0.5]), 1);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      for (const item of items) this.draw(item, scene, { view, lights, towardA, towardB, key });
      gl.bindFramebuffer(gl.FRAMEBUFFER, sum.frame);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE);
      this.fill(this.copyProgram, target.texture, {});
      gl.disable(gl.BLEND);
      if (k % 8 === 7) gl.finish();
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, width, height);
    this.fill(this.developProgram, sum.texture, { exposure: scene.exposure ?? 1, vignette: scene.vignette ?? 0.1 });
    gl.finish();
    for (const { buffer, indices, vao } of items) {
      gl.deleteBuffer(buffer);
      gl.deleteBuffer(indices);
      gl.deleteVertexArray(vao);
    }
    for (const t of [target, sum]) {
      gl.deleteTexture(t.texture);
      gl.deleteFramebuffer(t.frame);
    }
  }

  upload({ mesh }) {
    const { gl } = this;
    const vao = gl.createVertexArray();
    gl.bindVertexArray(vao);
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(mesh.data), gl.STATIC_DRAW);
    [3, 3, 3, 2, 2].reduce((offset, size, i) => {
      gl.enableVertexAttribArray(i);
      gl.vertexAttribPointer(i, size, gl.FLOAT, false, 52, offset * 4);
      return offset + size;
    }, 0);
    const indices = gl.createBuffer();
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, indices);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, new Uint32Array(mesh.index), gl.STATIC_DRAW);
    gl.bindVertexArray(null);
    return { vao, buffer, indices, length: mesh.index.length };
  }

  castShadows(items, matrix, shadow) {
    const { gl, depthProgram: p } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, shadow.frame);
    gl.viewport(0, 0, SHADOW_SIZE, SHADOW_SIZE);
    gl.clear(gl.DEPTH_BUFFER_BIT);
    gl.useProgram(p.id);
    gl.uniformMatrix4fv(p.at("light"), false, matrix);
    for (const item of items) {
      if (item.castsNoShadow) continue;
      gl.uniform4f(p.at("hole"), ...(item.hole ?? [1e6, 1e6, 0, 0]));
      gl.bindVertexArray(item.vao);
      gl.drawElements(gl.TRIANGLES, item.length, gl.UNSIGNED_INT, 0);
    }
  }

  draw(item, scene, { view, lights, towardA, towardB, key }) {
    const { gl } = this;
    const p = this.programs[item.material];
    gl.useProgram(p.id);
    gl.uniformMatrix4fv(p.at("camera"), false, view.matrix);
    gl.uniformMatrix4fv(p.at("lightA"), false, lights[0]);
    gl.uniformMatrix4fv(p.at("lightB"), false, lights[1]);
    const vectors = {
      lamp: add(scene.center, scale(key, scene.key.distance ?? 75)), eye: view.eye, towardA, towardB, keyDirection: key, lightColor: scene.key.color, skyColor: scene.sky.color,
      bounce: scene.bounce, colorA: item.color, colorB: item.colorB ?? item.color, colorC: item.colorC ?? item.color,
      colorD: item.colorD ?? item.color,
    };
    for (const [name, value] of Object.entries(vectors)) gl.uniform3f(p.at(name), ...value);
    gl.uniform4f(p.at("hole"), ...(item.hole ?? [1e6, 1e6, 0, 0]));
    gl.uniform4f(p.at("band"), ...(item.band ?? [0, 0, 0, 0]));
    const threads = { cloth: "weave", label: "weave", strap: "webbing" }[item.material] ?? "grain";
    [this.textures[threads], item.relief && this.reliefTexture(item.relief)].forEach((texture, i) => {
      gl.activeTexture(gl.TEXTURE0 + i);
      gl.bindTexture(gl.TEXTURE_2D, texture ?? this.textures.grain);
    });
    this.shadows.forEach((shadow, i) => {
      gl.activeTexture(gl.TEXTURE2 + i);
      gl.bindTexture(gl.TEXTURE_2D, shadow.texture);
    });
    ["threads", "relief", "shadowA", "shadowB"].forEach((name, i) => gl.uniform1i(p.at(name), i));
    if (item.material === "vinyl") {
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    }
    gl.bindVertexArray(item.vao);
    gl.drawElements(gl.TRIANGLES, item.length, gl.UNSIGNED_INT, 0);
    gl.disable(gl.BLEND);
  }

  reliefTexture(relief) {
    if (!this.reliefs.has(relief)) {
      const { gl } = this;
      const texture = gl.createTexture();
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, relief.width, relief.height, 0, gl.RGBA, gl.UNSIGNED_BYTE, relief.bytes);
      for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
      this.reliefs.set(relief, texture);
    }
    return this.reliefs.get(relief);
  }

  fill(p, texture, numbers) {
    const { gl } = this;
    gl.disable(gl.DEPTH_TEST);
    gl.useProgram(p.id);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(p.at("image"), 0);
    for (const [name, value] of Object.entries(numbers)) gl.uniform1f(p.at(name), value);
    gl.bindVertexArray(null);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.enable(gl.DEPTH_TEST);
  }
}

function program(gl, vertex, fragment) {
  const id = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(id, shader);
  }
  gl.linkProgram(id);
  if (!gl.getProgramParameter(id, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(id));
  const places = {};
  return { id, at: (name) => (name in places ? places[name] : (places[name] = gl.getUniformLocation(id, name))) };
}

function repeating(gl, { size, bytes }) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, size, size, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  gl.generateMipmap(gl.TEXTURE_2D);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_NEAREST);
  return texture;
}

function shadowMap(gl) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.DEPTH_COMPONENT24, SHADOW_SIZE, SHADOW_SIZE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_COMPARE_MODE, gl.COMPARE_REF_TO_TEXTURE);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  const frame = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, texture, 0);
  gl.drawBuffers([gl.NONE]);
  return { texture, frame };
}

function colorTarget(gl, width, height, format, type, withDepth) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, format, width, height, 0, gl.RGBA, type, null);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  const frame = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  if (withDepth) {
    const depth = gl.createRenderbuffer();
    gl.bindRenderbuffer(gl.RENDERBUFFER, depth);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT24, width, height);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, depth);
  }
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  return { texture, frame };
}

function basis(direction) {
  const side = unit(cross(Math.abs(direction[2]) > 0.9 ? [0, 1, 0] : [0, 0, 1], direction));
  return [side, cross(direction, side)];
}

/** Parallel light from `toward`, over a ball of radius `reach` about `center`. Columns first, as WebGL wants it. */
function sunMatrix(toward, center, reach) {
  const [x, y] = basis(toward);
  const s = 1 / reach;
  const rows = [[x, s], [y, s], [toward, -s / 2]].map(([axis, f]) => [axis[0] * f, axis[1] * f, axis[2] * f, -dot(axis, center) * f]);
  return columns([...rows, [0, 0, 0, 1]]);
}

function cameraMatrix({ eye, target, up = [0, 1, 0], angle, focus }, aspect, [turn, radius], jitter) {
  const back = unit(sub(eye, target));
  const right = unit(cross(up, back));
  const above = cross(back, right);
  const shift = [Math.cos(turn) * radius, Math.sin(turn) * radius];
  const from = add(eye, add(scale(right, shift[0]), scale(above, shift[1])));
  const sharp = focus ?? Math.hypot(...sub(eye, target));
  const f = 1 / Math.tan((angle * Math.PI) / 360);
  const [near, far] = [sharp * 0.3, sharp * 3];
  const row = (axis, scaleBy, offset) => [...axis.map((c, i) => c * scaleBy - back[i] * offset), -dot(axis, from) * scaleBy + dot(back, from) * offset];
  // The frustum leans so that the plane of focus stays where it is while the eye moves within the lens.
  const x = row(right, f / aspect, ((shift[0] / sharp) * f) / aspect + jitter[0] * 2);
  const y = row(above, f, (shift[1] / sharp) * f + jitter[1] * 2);
  const w = [...back.map((c) => -c), dot(back, from)];
  const depth = w.map((c, i) => (c * (far + near)) / (far - near) - (i === 3 ? (2 * far * near) / (far - near) : 0));
  return { matrix: columns([x, y, depth, w]), eye: from };
}

const columns = (rows) => new Float32Array([0, 1, 2, 3].flatMap((c) => rows.map((r) => r[c])));
