/** Pairs drawn after the manner of LFW from any pictures whose people are known: CelebA, synthetic people, a folder. */
import { type Random, random } from '@fsg/data';
import type { Pair } from './pairs.ts';
import { type Person, peopleOf } from './people.ts';

export interface IdentityPairsOptions {
  /** 10 unless told; fewer are made where people are few. */
  readonly folds?: number;
  /** At most so many genuine pairs a fold, and as many impostor pairs; 300 unless told, as LFW. */
  readonly pairs?: number;
  /**
   * Which pictures are occluded for real, where no clean version of the same picture exists: then each pair has an occluded
   * picture at `a` and another person's or the same person's unoccluded one at `b`.
   */
  readonly occluded?: readonly boolean[];
}

export interface IdentityPairs {
  readonly pairs: readonly Pair[];
  readonly folds: number;
  /** Why there are no pairs, or fewer folds than asked for; null where neither. */
  readonly reason: string | null;
}

/**
 * Folds that share no person, in each as many genuine as impostor pairs. People take turns, so that one with many pictures
 * does not fill a fold; no pair comes twice, in either order. The same identities, seed and options give the same pairs.
 */
export function pairsOfIdentities(
  identities: readonly string[],
  seed: number,
  { folds = 10, pairs: most = 300, occluded }: IdentityPairsOptions = {},
): IdentityPairs {
  const people = peopleOf(identities, occluded);
  const stream = random(seed, 'recognition pairs');
  const matched = shuffled(people.filter(isMatched), stream);
  const others = shuffled(
    people.filter((person) => !isMatched(person)),
    stream,
  );
  const count = Math.min(folds, Math.floor(matched.length / 2));
  if (count === 0) {
    const which = occluded ? 'an occluded picture and an unoccluded one' : 'two pictures';
    const reason = `${matched.length} of ${people.length} identities have ${which}: pairs need two such`;
    return { pairs: [], folds: 0, reason };
  }
  const pairs = Array.from({ length: count }, (_, fold) => {
    const mine = [matched, others].flatMap((list) => list.filter((_, i) => i % count === fold));
    return pairsAmong(mine, most, fold, stream);
  }).flat();
  const reason =
    count < folds
      ? `${matched.length} identities with pairs of their own make ${count} of ${folds} folds`
      : null;
  return { pairs, folds: count, reason };
}

/** It has a genuine pair. */
const isMatched = ({ probes, references }: Person): boolean =>
  probes.some((probe) => references.some((reference) => reference !== probe));

function pairsAmong(people: readonly Person[], most: number, fold: number, stream: Random): Pair[] {
  const taken = new Set<string>();
  const take = (groups: number, sides: (group: number) => Sides, same: boolean, limit: number): Pair[] =>
    takeTurns(groups, sides, limit, taken, stream).map(([a, b]) => ({ a, b, same, fold }));
  const matched = people.filter(isMatched);
  const ownOf = (group: number): Sides => matched[group] as Person;
  const genuine = take(matched.length, ownOf, true, most);
  const crossed = (group: number): Sides => {
    const first = Math.floor(group / (people.length - 1));
    const other = group % (people.length - 1);
    const second = other < first ? other : other + 1;
    return {
      probes: (people[first] as Person).probes,
      references: (people[second] as Person).references,
    };
  };
  const impostor = take(people.length * (people.length - 1), crossed, false, genuine.length);
  return [...genuine.slice(0, impostor.length), ...impostor];
}

/** The pairs of a group are every probe with every reference. */
type Sides = Pick<Person, 'probes' | 'references'>;

/** Up to `limit` new pairs: the groups in random order give one each, then in another order a second one … */
function takeTurns(
  groups: number,
  sides: (group: number) => Sides,
  limit: number,
  taken: Set<string>,
  stream: Random,
): [number, number][] {
  const found: [number, number][] = [];
  const decks = new Map<number, Iterator<number>>();
  for (let round = -1; found.length > round && found.length < limit; ) {
    round = found.length;
    for (const group of deck(groups, stream)) {
      const { probes, references } = sides(group);
      const rest = decks.get(group) ?? deck(probes.length * references.length, stream);
      decks.set(group, rest);
      for (let next = rest.next(); !next.done; next = rest.next()) {
        const a = probes[Math.floor(next.value / references.length)] as number;
        const b = references[next.value % references.length] as number;
        const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
        if (a === b || taken.has(key)) continue;
        taken.add(key);
        found.push([a, b]);
        break;
      }
      if (found.length === limit) break;
    }
  }
  return found;
}

/** The numbers below `count` in random order, each drawn when it is asked for: a shuffle that keeps what it has moved only. */
function* deck(count: number, stream: Random): Generator<number, undefined> {
  const moved = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const at = stream.integer(i, count);
    yield moved.get(at) ?? at;
    moved.set(at, moved.get(i) ?? i);
  }
}

const shuffled = <T>(items: readonly T[], stream: Random): T[] =>
  [...deck(items.length, stream)].map((i) => items[i] as T);
