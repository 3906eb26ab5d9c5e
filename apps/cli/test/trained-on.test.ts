import { DataConfig, openData } from '@fsg/data';
import { expect, test } from 'vitest';
import type { Context } from '../src/tasks/context.ts';
import type { Subject } from '../src/tasks/subject.ts';
import { refuseTrainedOn } from '../src/tasks/trained-on.ts';

const people = (over: object, split: object = {}): DataConfig =>
  DataConfig.parse({ source: { kind: 'synthetic', identities: 60, ...over }, split });
const warned: string[] = [];
const context = { warn: (line: string) => void warned.push(line) } as unknown as Context;
const subject = (data: DataConfig): Subject => ({ name: 'a run', data }) as unknown as Subject;
const refuse = async (trained: DataConfig, tested: DataConfig): Promise<void> =>
  refuseTrainedOn(subject(trained), await openData(tested), context);

test('whom a network was trained on it is not tested on, by name', async () => {
  await expect(refuse(people({}), people({}, { seed: 1 }))).rejects.toThrow(
    /^a run was trained on \d+ of the people of the test side \(a-\d{5}, a-\d{5}, a-\d{5} …\): its figures would be too good/,
  );
});

test('the same split, another population and other seeds of people are no such case', async () => {
  await refuse(people({}), people({}));
  await refuse(people({}), people({ population: 'b' }, { seed: 1 }));
  await refuse(people({ seed: 1 }), people({ seed: 2 }, { seed: 1 }));
  // More of the same people: the sides stay.
  await refuse(people({}), people({ identities: 90 }));
  expect(warned).toEqual([]);
});

test('where the training data is not at hand that is said', async () => {
  await refuse(DataConfig.parse({ source: { kind: 'stored', root: 'nowhere' } }), people({}));
  expect(warned).toEqual([expect.stringMatching(/^a run: whom it was trained on cannot be told: nowhere/)]);
});
