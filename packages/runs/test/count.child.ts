/** Adds 1 to the value `count` of a store, so many times, whatever others do to it. */
import { ConflictError, openStore } from '../src/index.ts';

const [address, times] = process.argv.slice(2) as [string, string];
const store = await openStore(address);
for (let done = 0; done < Number(times); ) {
  const { value, etag } = (await store.get('count')) as { value: Uint8Array; etag: string };
  const next = Number(new TextDecoder().decode(value)) + 1;
  try {
    await store.put('count', new TextEncoder().encode(String(next)), { match: etag });
    done++;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
