import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fixLockfile, missingPlatformPackages } from '../lockfile.mjs';

const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
const entries = Object.entries(lock.packages);

it('holds no download address', () => {
  const addresses = entries.filter(([, { resolved }]) => /^\w+:/.test(resolved ?? ''));
  expect(addresses).toEqual([]);
});

it('has an entry for every platform’s optional packages', () => {
  expect(missingPlatformPackages(lock.packages)).toEqual([]);
  const systems = new Set(entries.flatMap(([, { os }]) => os ?? []));
  expect([...systems]).toEqual(expect.arrayContaining(['darwin', 'linux', 'win32']));
});

it('has, where it is fixed, the platforms that the registry gives', () => {
  // Entries with a hash came from the registry: taken out and written anew, they must name the same platforms.
  const served = entries.filter(
    ([path, { os, optional, integrity }]) =>
      os && optional && integrity && /^node_modules\/[^/]+(\/[^/]+)?$/.test(path),
  );
  const rest = Object.fromEntries(entries.filter(([path]) => !served.some(([name]) => name === path)));
  const fixed = fixLockfile({ ...lock, packages: rest });
  const again = new Set(fixed.added);
  const compared = served.filter(([path]) => again.has(path));
  expect(compared.length).toBeGreaterThan(20);
  for (const [path, { version, os, cpu, libc }] of compared) {
    // That a package is for glibc is not always in its name; that it is for musl is.
    const musl = libc?.includes('musl') && { libc };
    expect({ path, ...fixed.lock.packages[path] }).toMatchObject({
      path,
      version,
      os,
      ...(cpu && { cpu }),
      ...musl,
    });
  }
});

it('takes addresses out and leaves links', () => {
  const packages = {
    '': {},
    'node_modules/a': {
      version: '1.0.0',
      resolved: 'https://registry.example/a-1.0.0.tgz',
      integrity: 'sha512-x',
    },
    'node_modules/b': { resolved: 'packages/b', link: true },
  };
  expect(fixLockfile({ packages }).lock.packages).toEqual({
    '': {},
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' },
    'node_modules/b': { resolved: 'packages/b', link: true },
  });
});
