/** A real browser for tests, where the machine has one. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser's path, or why there is none. FSG_REQUIRE=chromium makes its absence an error. */
export function findBrowser(environment: NodeJS.ProcessEnv): { path: string } | { reason: string } {
  const folders = (environment.PATH ?? '').split(':');
  const path = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (path) return { path };
  const reason = `no ${NAMES.join(', ')} in PATH`;
  if ((environment.FSG_REQUIRE ?? '').split(',').includes('chromium'))
    throw new Error(`${reason}, but FSG_REQUIRE asks for it`);
  return { reason };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const openBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: FLAGS });
