/** What `npm install` leaves out of package-lock.json here, and what it should not put in. */

const SYSTEMS = {
  aix: 'aix',
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  linuxmusl: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win32: 'win32',
  windows: 'win32',
};
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];
const LIBRARIES = { gnu: 'glibc', musl: 'musl', linuxmusl: 'musl' };

/** The lock with nothing missing; `added` names the packages whose entries were written. */
export function fixLockfile(lock) {
  const packages = { ...lock.packages };
  for (const [path, { resolved, ...entry }] of Object.entries(packages)) {
    if (resolved?.startsWith('http')) packages[path] = entry;
  }
  const added = missingPlatformPackages(packages);
  for (const { path, entry } of added) packages[path] = entry;
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added: added.map(({ path }) => path) };
}

/** Optional dependencies with an exact version and a platform in their name that no entry stands for. */
export function missingPlatformPackages(packages) {
  const wanted = Object.entries(packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {}).map(([name, version]) => ({
      path,
      entry,
      name,
      version,
    })),
  );
  return wanted
    .filter(
      ({ path, name }) => !foldersFrom(path).some((folder) => packages[`${folder}node_modules/${name}`]),
    )
    .map(({ entry, name, version }) => ({
      path: `node_modules/${name}`,
      entry: platformEntry(name, version, entry),
    }))
    .filter(({ entry }) => entry !== null);
}

/** Where Node looks for a package's dependencies: '' is the root. */
function foldersFrom(path) {
  const parts = path === '' ? [] : path.split('/node_modules/');
  const folders = parts.map((_, i) => `${parts.slice(0, i + 1).join('/node_modules/')}/`);
  return ['', ...folders];
}

function platformEntry(name, version, { dev }) {
  const words = name.replace(/^@[^/]+\//, '').split(/[-/]/);
  const system = words.map((word) => SYSTEMS[word]).find(Boolean);
  if (!system || !/^\d/.test(version)) return null;
  const processor = words.find((word) => PROCESSORS.includes(word));
  const library = words.map((word) => LIBRARIES[word]).find(Boolean);
  return {
    version,
    ...(processor && { cpu: [processor] }),
    ...(dev && { dev }),
    ...(library && { libc: [library] }),
    optional: true,
    os: [system],
  };
}
