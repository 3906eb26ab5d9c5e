import { describe, expect, it } from 'vitest';
import { identityOf, imageOf } from '../src/index.ts';

const people = Array.from({ length: 400 }, (_, i) => identityOf(9, i));
const share = (holds: (person: (typeof people)[number]) => boolean): number =>
  people.filter(holds).length / people.length;

describe('who the synthetic people are', () => {
  it('differs from one to the next in every axis of shape', () => {
    const axes = Object.keys(people[0]!.shape) as (keyof (typeof people)[number]['shape'])[];
    expect(axes.length).toBeGreaterThan(40);
    for (const axis of axes) {
      const values = people.map(({ shape }) => shape[axis] ?? 0);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const spread = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
      expect(spread, axis).toBeGreaterThan(0.4);
      expect(Math.max(...values.map(Math.abs)), axis).toBeLessThanOrEqual(2.6);
    }
  });

  it('covers every class of skin, hair and beard', () => {
    for (let skin = 0; skin <= 5; skin++)
      expect(share((p) => p.attributes.skin === skin)).toBeGreaterThan(0.03);
    for (const colour of ['black', 'darkBrown', 'brown', 'lightBrown', 'blond', 'red', 'grey'])
      expect(
        share((p) => p.attributes.hairColour === colour),
        colour,
      ).toBeGreaterThan(0.015);
    for (const length of ['none', 'short', 'long'])
      expect(
        share((p) => p.attributes.hairLength === length),
        length,
      ).toBeGreaterThan(0.08);
    expect(share((p) => p.attributes.beard)).toBeGreaterThan(0.08);
  });

  it('depends on seed, population and number alone', () => {
    expect(identityOf(9, 17)).toEqual(people[17]);
    expect(identityOf(10, 17).shape).not.toEqual(people[17]?.shape);
    expect(identityOf(9, 17, 'b').shape).not.toEqual(people[17]?.shape);
    expect(identityOf(9, 17, 'b').name).toBe('b-00017');
  });
});

describe('pictures of one person', () => {
  const images = Array.from({ length: 400 }, (_, i) => imageOf(9, 'a-00001', i));

  it('stay within ±30° of yaw and use most of that', () => {
    const yaws = images.map(({ pose }) => pose.yaw);
    expect(Math.max(...yaws.map(Math.abs))).toBeLessThanOrEqual(30);
    expect(Math.max(...yaws)).toBeGreaterThan(20);
    expect(Math.min(...yaws)).toBeLessThan(-20);
  });

  it('smile in some and not in others, with light from every side', () => {
    expect(images.some(({ expression }) => expression.smile > 0.8)).toBe(true);
    expect(images.some(({ expression }) => expression.smile < 0.1)).toBe(true);
    expect(images.some(({ light }) => light.direction[0] > 0.5)).toBe(true);
    expect(images.some(({ light }) => light.direction[0] < -0.5)).toBe(true);
  });

  it('of population b come from other cameras and light', () => {
    const b = Array.from({ length: 400 }, (_, i) => imageOf(9, 'a-00001', i, 'b'));
    const mean = (values: number[]) => values.reduce((x, y) => x + y, 0) / values.length;
    expect(mean(b.map(({ camera }) => camera.distance))).toBeGreaterThan(
      mean(images.map(({ camera }) => camera.distance)) + 30,
    );
    expect(mean(b.map(({ light }) => Math.abs(light.direction[0])))).toBeGreaterThan(
      mean(images.map(({ light }) => Math.abs(light.direction[0]))) + 0.1,
    );
  });
});
