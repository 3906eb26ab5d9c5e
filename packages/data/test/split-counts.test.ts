import { expect, test } from 'vitest';
import { DataConfig, type OpenData } from '../src/config.ts';
import type { FaceRef } from '../src/face.ts';
import { splitOf } from '../src/split.ts';
import { countSides, splitCsv } from '../src/split-counts.ts';
import { stubSource } from './stub-faces.ts';

function dataOf(faces: readonly FaceRef[], split: OpenData['split'], official = true): OpenData {
  const config = DataConfig.parse({ split: { official } });
  return { config, source: { ...stubSource(1, 1), faces }, occluders: [], inputs: {}, split };
}

const faces: FaceRef[] = [
  { key: '1', identity: 'a', split: 'train' },
  { key: '2', identity: 'a', split: 'train' },
  { key: '3', identity: 'a', split: 'test' },
  { key: '4', identity: 'O"Neill, B', split: 'train' },
];

test("the makers' sides: counts, shares, and who is on several of them", () => {
  const counts = countSides(dataOf(faces, ({ split }) => split ?? 'validation'));
  expect(counts).toMatchObject({
    identities: 2,
    pictures: 4,
    sides: {
      train: { identities: 2, pictures: 3, identityShare: 1, pictureShare: 0.75 },
      validation: { identities: 0, pictures: 0, identityShare: 0, pictureShare: 0 },
      test: { identities: 1, pictures: 1, identityShare: 0.5, pictureShare: 0.25 },
    },
    placedBy: { makers: 4, hash: 0 },
    onSeveralSides: ['a'],
  });
});

test('a validation side carved out of theirs is placed by hash, and so is all where theirs are not wanted', () => {
  const carved = dataOf(faces, ({ key, split }) => (key === '4' ? 'validation' : (split ?? 'train')));
  expect(countSides(carved).placedBy).toEqual({ makers: 3, hash: 1 });
  const { config } = dataOf(faces, () => 'train', false);
  const hashed = dataOf(faces, ({ identity }) => splitOf(identity, config.split), false);
  const { placedBy, onSeveralSides, sides } = countSides(hashed);
  expect(placedBy).toEqual({ makers: 0, hash: 4 });
  expect(onSeveralSides).toEqual([]);
  expect(sides[splitOf('a', config.split)].pictures).toBeGreaterThanOrEqual(3);
});

test('the list has a line a picture, names with commas and quotes in quotes', () => {
  expect(splitCsv(dataOf(faces, ({ split }) => split ?? 'validation'))).toBe(
    'key,identity,split\n1,a,train\n2,a,train\n3,a,test\n4,"O""Neill, B",train\n',
  );
});
