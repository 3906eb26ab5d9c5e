import { DataConfig, openData } from '@fsg/data';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import { beforeEach, expect, test } from 'vitest';
import type { Context } from '../src/tasks/context.ts';
import { refuseTrainedOn } from '../src/tasks/trained-on.ts';
import type { Training } from '../src/tasks/trainings-behind.ts';

const people = (over: object, split: object = {}): DataConfig =>
  DataConfig.parse({ source: { kind: 'synthetic', identities: 60, ...over }, split });
let warned: string[] = [];
beforeEach(() => {
  warned = [];
});
const context = { warn: (line: string) => void warned.push(line) } as unknown as Context;
const training = (run: string, data: DataConfig): Training => ({
  run,
  recipe: { data } as TrainRecipe,
  recogniser: null,
});
const refuse = async (trained: DataConfig, tested: DataConfig): Promise<void> =>
  refuseTrainedOn(
    { name: 'a run', trainings: [training('a run', trained)] },
    await openData(tested),
    context,
  );

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

test('nor on those whom the networks it was trained with know', async () => {
  const trainings = [training('a run', people({})), training('stage I', people({}, { seed: 1 }))];
  const tested = await openData(people({}));
  await expect(refuseTrainedOn({ name: 'a run', trainings }, tested, context)).rejects.toThrow(
    /^stage I, which a run learnt from, was trained on \d+ of the people of the test side/,
  );
});

test('where the training data is not at hand that is said', async () => {
  await refuse(DataConfig.parse({ source: { kind: 'stored', root: 'nowhere' } }), people({}));
  const trainings = [{ run: 'stage I', recipe: null, recogniser: null }];
  await refuseTrainedOn({ name: 'a run', trainings }, await openData(people({})), context);
  expect(warned).toEqual([
    expect.stringMatching(/^whom a run was trained on cannot be told: nowhere/),
    'whom stage I, which a run learnt from, was trained on cannot be told: its recipe is not at hand',
  ]);
});
