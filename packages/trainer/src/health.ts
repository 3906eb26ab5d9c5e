/** Looks after the discriminator: a level without gradient learns nothing and teaches the generator nothing. */

/** Steps without any gradient after which a level counts as dead. */
const DEAD_STEPS = 40;
const LEVEL = /^train\/gradient\/discriminator\/(\w+)$/;

/** Gives a function that is told of every logged step and warns once of each level that is dead, by its name. */
export function watchLevels(
  warn: (step: number, message: string) => void,
): (step: number, metrics: Readonly<Record<string, number>>) => void {
  const since = new Map<string, number>();
  const told = new Set<string>();
  return (step, metrics) => {
    for (const [name, norm] of Object.entries(metrics)) {
      const level = LEVEL.exec(name)?.[1];
      if (level === undefined) continue;
      if (norm > 0) since.delete(level);
      else if (!since.has(level)) since.set(level, step);
      if (step - (since.get(level) ?? step) < DEAD_STEPS || told.has(level)) continue;
      told.add(level);
      warn(step, `the discriminator's ${level} level has had no gradient since step ${since.get(level)}`);
    }
  };
}
