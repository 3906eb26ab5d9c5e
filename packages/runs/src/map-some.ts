/** Few enough for any limit on open files, enough to keep a disk busy. */
const AT_ONCE = 32;

/** `action` of each item, in their order, some of them at once. */
export async function mapSome<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of rest) results[i] = await action(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
