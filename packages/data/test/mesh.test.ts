/** The face mesh: pose and shape against the synthetic people, whose truth is known. */
import { expect, test } from 'vitest';
import { meshFromFive } from '../src/mesh/fit.ts';
import { anglesOf, headPose, placed } from '../src/mesh/head-pose.ts';
import { fiveOf } from '../src/mesh/landmarks68.ts';
import { fromSixteenths, toSixteenths, transformed } from '../src/mesh/mesh.ts';
import { neutral } from '../src/mesh/template.ts';
import { syntheticFaces } from '../src/synthetic/index.ts';

const source = syntheticFaces({ seed: 11, identities: 30, imagesPerIdentity: 1 });
const faces = await Promise.all(source.faces.map((_, i) => source.load(i)));

/** Mean distance of two meshes in the picture, in distances of the eyes. */
function distance(a: Float32Array, b: Float32Array): number {
  const five = fiveOf(b);
  const eyes = Math.hypot(five[2]! - five[0]!, five[3]! - five[1]!);
  let sum = 0;
  for (let i = 0; i < a.length; i += 3) sum += Math.hypot(a[i]! - b[i]!, a[i + 1]! - b[i + 1]!);
  return sum / (a.length / 3) / eyes;
}

test('turned heads have the angles that they were drawn with', () => {
  for (const { mesh, pose } of faces) {
    const { yaw, pitch, roll } = anglesOf(headPose(mesh));
    expect(Math.abs(yaw - pose!.yaw)).toBeLessThan(2);
    expect(Math.abs(pitch - pose!.pitch)).toBeLessThan(5);
    expect(Math.abs(roll - pose!.roll)).toBeLessThan(4);
  }
});

test('the mean face, placed as the head is, lies where the face does', () => {
  const distances = faces.map(({ mesh }) => distance(placed(headPose(mesh), neutral), mesh));
  expect(distances.reduce((a, b) => a + b) / faces.length).toBeLessThan(0.07);
});

test('five points give the mesh to within a tenth of the distance of the eyes, and are met themselves', () => {
  for (const { mesh } of faces) {
    const five = fiveOf(mesh);
    const fitted = meshFromFive(five);
    expect(distance(fitted, mesh)).toBeLessThan(0.1);
    fiveOf(fitted).forEach((value, i) => {
      expect(Math.abs(value - five[i]!)).toBeLessThan(1.5);
    });
  }
});

test('a mesh is the same after it was kept, and turns with its picture', () => {
  const { mesh } = faces[0]!;
  expect(fromSixteenths(toSixteenths(mesh))).toEqual(mesh);
  const quarter = transformed(mesh, { a: 0, b: 2, e: 5, f: 7 });
  expect([quarter[3], quarter[4], quarter[5]]).toEqual([5 - 2 * mesh[4]!, 7 + 2 * mesh[3]!, 2 * mesh[5]!]);
});
