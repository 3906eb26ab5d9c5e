import type { Face } from '../face.ts';
import { fiveOf, landmarksOf } from '../mesh/landmarks68.ts';
import { quantised, type Similarity } from '../mesh/mesh.ts';
import { MESH_POINTS } from '../mesh/template.ts';
import { background } from './background.ts';
import { bodyParts, HEAD_PIVOT } from './body.ts';
import { browAnchors } from './brows.ts';
import { develop } from './camera.ts';
import type { Colour } from './colour.ts';
import { earParts } from './ears.ts';
import { express } from './expression.ts';
import { eyeParts, mouthPart } from './eyes.ts';
import { fineFace } from './fine-face.ts';
import { align, type Framing } from './framing.ts';
import { type HairModel, type HairPart, hairModel, hairParts } from './hair.ts';
import {
  beardDepth,
  HEAD_VERTICES,
  hairlineDistances,
  headPart,
  headPositions,
  placeHead,
  raise,
} from './head.ts';
import type { Identity } from './identity.ts';
import type { ImageParams } from './image.ts';
import type { LitPart } from './lighting.ts';
import { clamp, rotation } from './math.ts';
import { type Part, rotatePart, STRIDE } from './mesh.ts';
import { createDepthView, lit, meanSky, viewFrom } from './occlusion.ts';
import { clearGBuffer, createGBuffer, drawPart, type GBuffer } from './rasteriser.ts';
import { shade } from './shading.ts';
import { shapedFace } from './shape.ts';
import { type SkinTexture, skinTexture } from './skin.ts';

/** Samples a pixel's side. */
const SAMPLES = 2;
/** Coarse vertex in the middle of the upper lip's inner rim. */
const MOUTH = 13;
const SHADOW_SIZE = 80;

/** What all pictures of one person share; one picture is drawn at a time. */
export interface Person {
  readonly identity: Identity;
  /** Neutral coarse face. */
  readonly face: Float32Array;
  /** The head, whose positions each picture sets anew. */
  readonly head: Part;
  /** How far the beard stands out at each of the head's vertices, cm. */
  readonly beard: Float32Array | undefined;
  readonly hair: HairModel;
  readonly skin: SkinTexture;
}

export function personOf(identity: Identity): Person {
  const face = shapedFace(identity.shape);
  const bald = identity.hair.style === 'bald';
  const hairline = hairlineDistances(identity.hair);
  return {
    identity,
    face,
    head: headPart(bald ? hairline.map((d) => Math.min(d, -1)) : hairline, meanSky()),
    beard: beardDepth(identity.beard),
    hair: hairModel(identity.hair, hairlineDistances(identity.hair, false), face),
    skin: skinTexture(identity),
  };
}

export interface Rendered extends Pick<Face, 'image' | 'landmarks' | 'mesh'> {
  /** x, y of the eyes' centres (picture's left one first), the tip of the nose and the corners of the mouth. */
  readonly five: Float32Array;
}

const buffers = new Map<number, GBuffer>();
const shadowScratch = createDepthView(SHADOW_SIZE);

function bufferOf(size: number): GBuffer {
  let buffer = buffers.get(size);
  if (!buffer) {
    buffer = createGBuffer(size, size);
    buffers.set(size, buffer);
  }
  return buffer;
}

/** Draws one picture of a person. */
export function renderPerson(person: Person, image: ImageParams, framing: Framing): Rendered {
  const { identity } = person;
  const coarse = person.face.slice();
  express(coarse, image.expression);
  const fine = fineFace.apply(coarse, 3);
  const parts = buildParts(person, image, fine);
  const project = projection(image, parts.head, framing);
  const wide = framing.size * SAMPLES;
  const buffer = bufferOf(wide);
  clearGBuffer(buffer);
  parts.list.forEach(({ part }, index) => {
    drawPart(buffer, part, index, toScreen(part.vertices, project));
  });
  const linear = background(image.background, framing.size);
  shade(buffer, { identity, image, skin: person.skin, parts: parts.list }, linear);
  const mesh = quantised(meshOf(parts.head, project));
  return {
    image: develop(linear, framing.size, image.camera, gainFor(identity, image), image.grain),
    mesh,
    landmarks: landmarksOf(mesh, browAnchors(identity.brows)),
    five: fiveOf(mesh),
  };
}

/** A camera's automatic exposure: it half follows the skin's brightness under this light. */
function gainFor(identity: Identity, image: ImageParams): number {
  const [r, g, b] = identity.skin.colour;
  const { key, sky, ground, direction } = image.light;
  const light = key[1] * (0.35 + 0.5 * Math.max(0, direction[2])) + 0.5 * (sky[1] + ground[1]);
  const skin = 0.3 * r + 0.59 * g + 0.11 * b;
  const shown = light * skin;
  const wanted = 0.115 + 0.52 * skin;
  return clamp(wanted / shown, 0.5, 2.3);
}

interface Parts {
  readonly list: LitPart[];
  /** The head's part: the first 468 vertices are the coarse face's. */
  readonly head: Part;
}

function buildParts(person: Person, image: ImageParams, fine: Float32Array): Parts {
  const { identity, head } = person;
  const turn = rotation(image.pose.yaw, image.pose.pitch, 0);
  const positions = headPositions(fine, identity.cranium);
  placeHead(head, positions);
  if (person.beard) raise(head, person.beard);
  const anchor = Math.abs(positions[3 * 234]!) + 0.05;
  const drop = 1.6 * Math.max(0, image.expression.jaw) * 0.7;
  const hair = hairParts(person.hair, head);
  const turning: Part[] = [
    ...hair,
    head,
    ...earParts(identity, anchor),
    ...eyeParts(fine, identity, image.expression),
    mouthPart(fine, person.face[3 * MOUTH + 1]!, drop),
  ];
  for (const part of turning) rotatePart(part.vertices, turn, HEAD_PIVOT);
  const all = [...turning, ...bodyParts(identity, image, turn)];
  const view = viewFrom(image.light.direction, all, shadowScratch);
  const reached = new Map<Part, Float32Array>();
  for (const part of all)
    if (!isHair(part) || !part.above) reached.set(part, lit(view, part.vertices, BIAS[part.material]));
  const list = all.map((part): LitPart => {
    if (!isHair(part)) return { part, lit: reached.get(part)! };
    return { part, lit: reached.get(part.above ?? part)!, comb: turned(part.comb, turn) };
  });
  return { list, head };
}

/** How far in cm a point may lie behind what the light sees first and still be lit. */
const BIAS = { skin: 0.55, hair: 1.3, eye: 0.8, mouth: 0.8, cloth: 0.8 } as const;

const isHair = (part: Part): part is HairPart => part.material === 'hair';

const turned = (v: Colour, m: ReturnType<typeof rotation>): Colour => [
  m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
  m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
  m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
];

/** A pinhole camera `distance` cm before the eyes, then a similarity of the picture's plane. */
export interface Projection extends Similarity {
  readonly distance: number;
}

function projection(image: ImageParams, head: Part, framing: Framing): Projection {
  const { distance } = image.camera;
  const five = fiveOf(meshOf(head, { distance, a: 1, b: 0, e: 0, f: 0 }));
  return { distance, ...align(five, framing, image.jitter, image.pose) };
}

/** The coarse face as it lies in the picture. */
function meshOf(head: Part, { distance, a, b, e, f }: Projection): Float32Array {
  const mesh = new Float32Array(3 * MESH_POINTS);
  const size = Math.sqrt(a * a + b * b);
  for (let v = 0; v < MESH_POINTS; v++) {
    const depth = head.vertices[v * STRIDE + 2]!;
    const scale = distance / (distance - depth);
    const x = scale * head.vertices[v * STRIDE]!;
    const y = -scale * head.vertices[v * STRIDE + 1]!;
    mesh[3 * v] = a * x - b * y + e;
    mesh[3 * v + 1] = b * x + a * y + f;
    mesh[3 * v + 2] = size * scale * depth;
  }
  return mesh;
}

/** Room for the largest part. */
const screenScratch = new Float32Array(HEAD_VERTICES * 3);

/** x and y in samples and the depth of each vertex; overwritten by the next call. */
function toScreen(vertices: Float32Array, { distance, a, b, e, f }: Projection): Float32Array {
  const n = vertices.length / STRIDE;
  const out = screenScratch;
  for (let i = 0, at = 0, to = 0; i < n; i++, at += STRIDE, to += 3) {
    const depth = distance - vertices[at + 2]!;
    const x = (vertices[at]! * distance) / depth;
    const y = (-vertices[at + 1]! * distance) / depth;
    out[to] = (a * x - b * y + e + 0.5) * SAMPLES - 0.5;
    out[to + 1] = (b * x + a * y + f + 0.5) * SAMPLES - 0.5;
    out[to + 2] = depth;
  }
  return out;
}
