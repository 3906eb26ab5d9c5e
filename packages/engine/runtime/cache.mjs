import { tmpdir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where everything fetched or compiled is kept, outside every checkout: FSG_CACHE, else XDG's, else ~/.cache/fsg. */
export function cacheFolder(env) {
  if (env.FSG_CACHE) return resolve(env.FSG_CACHE);
  if (isAbsolute(env.XDG_CACHE_HOME ?? '')) return join(env.XDG_CACHE_HOME, 'fsg');
  return join(homeFolder(env), '.cache', 'fsg');
}

function homeFolder(env) {
  if (env.HOME) return env.HOME;
  try {
    return userInfo().homedir;
  } catch {
    // A user id without an entry in the password file, as containers have.
    return join(tmpdir(), `fsg-${process.getuid?.() ?? 'user'}`);
  }
}

/** The folders and files inside the cache that belong to the runtime; `fsg setup --remove` deletes these and no others. */
export function cachePaths(env) {
  const root = cacheFolder(env);
  return {
    root,
    runtimes: join(root, 'runtimes'),
    wheels: join(root, 'wheels'),
    staging: join(root, 'staging'),
    problems: join(root, 'problems.json'),
    preferGpu: join(root, 'prefer-gpu'),
    lock: join(root, 'set-up.lock'),
  };
}
