import type { Store } from '../src/index.ts';

/** A store that fails at the nth write, counted from 0, before or after it took effect. */
export function dyingStore(inner: Store, at: number, before: boolean, error = new Error('died')): Store {
  let writes = 0;
  const write = async (act: () => Promise<void>): Promise<void> => {
    const dies = writes++ === at;
    if (dies && before) throw error;
    await act();
    if (dies) throw error;
  };
  return {
    where: inner.where,
    get: (key) => inner.get(key),
    list: (prefix) => inner.list(prefix),
    stat: (key) => inner.stat(key),
    put: (key, value, condition) => write(() => inner.put(key, value, condition)),
    remove: (key) => write(() => inner.remove(key)),
  };
}
