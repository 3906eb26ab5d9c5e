/** A real browser for tests, where the machine has one. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

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

/** Opens a page of a file and hands it to the test, which fails on any complaint of the browser or any request. */
export async function visitFile(
  browser: Browser,
  address: string,
  use: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  try {
    const complaints: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^data:/.test(request.url()) && request.url() !== address)
        complaints.push(`request of ${request.url()}`);
    });
    await page.goto(address);
    await use(page);
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  } finally {
    await context.close();
  }
}
