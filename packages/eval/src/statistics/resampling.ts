/** The draws of a bootstrap over people, and over training seeds where there are several. */
import { type Random, random } from '@fsg/data';

/**
 * How often each person and each training seed is drawn; 1 each before the first `next`, so that what is written for
 * resamples measures the data themselves first. The arrays stay the same, `next` writes into them.
 *
 * People and seeds are crossed factors: every network restores the same people, so one draw of people serves all seeds, and
 * a value counts as the product of its person's and its seed's multiplicity (the pigeonhole bootstrap: Owen, 2007; Owen and
 * Eckles, 2012). Drawing people anew within each seed would average their differences away, though no further seed does.
 *
 * As many people are drawn as there are, but of S seeds S - 1: the variance of a mean of few seeds is then unbiased
 * (Rao and Wu, 1988), where S draws would miss 1 / S of it. One seed is always drawn once.
 */
export interface Resampling {
  readonly people: Float64Array;
  /** Multiplicities of these seeds, in their order. Lists of the same seeds are drawn together: their networks are pairs. */
  seeds(names: readonly string[]): Float64Array;
  next(): void;
}

export function resampling(seed: number, people: number): Resampling {
  const stream = random(seed, 'bootstrap', people);
  const drawn = new Float64Array(people).fill(1);
  const sets = new Map<string, { readonly stream: Random; readonly drawn: Float64Array }>();
  return {
    people: drawn,
    seeds(names) {
      const key = names.join('\u0000');
      const set = sets.get(key) ?? {
        stream: random(seed, 'bootstrap of seeds', key),
        drawn: new Float64Array(names.length).fill(1),
      };
      sets.set(key, set);
      return set.drawn;
    },
    next() {
      draw(drawn, people, stream);
      for (const set of sets.values()) {
        if (set.drawn.length > 1) draw(set.drawn, set.drawn.length - 1, set.stream);
      }
    },
  };
}

function draw(out: Float64Array, draws: number, stream: Random): void {
  out.fill(0);
  for (let i = 0; i < draws; i++) {
    const k = Math.floor(stream.next() * out.length);
    out[k] = (out[k] as number) + 1;
  }
}
