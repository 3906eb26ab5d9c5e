import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { artifactsPath } from '@fsg/runs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildReport } from '../src/index.ts';
import { findBrowser, openBrowser, visitFile } from './browser.ts';
import { CANARY, colourOf, fakeDemo } from './fake-runs.ts';

const found = findBrowser(process.env);
const title = `the report in a browser${'reason' in found ? ` (skipped: ${found.reason})` : ''}`;

describe.skipIf('reason' in found)(title, () => {
  let root: string;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fsg-page-'));
    const runs = await fakeDemo(root);
    const { path } = await buildReport({
      title: `Demo ${CANARY}`,
      intro: CANARY,
      synthetic: true,
      runs: runs.map(({ folder }, i) => ({ folder, label: `Stage ${i + 1} ${CANARY}` })),
      renderTable: () =>
        `<div class="scroll"><table><tr>${'<td>21.34 … 25.67 dB</td>'.repeat(12)}</tr></table></div>`,
      now: Date.UTC(2026, 1, 1),
      out: join(artifactsPath(runs[1]), 'report.html'),
    });
    address = pathToFileURL(path).href;
    browser = await openBrowser((found as { path: string }).path);
  });

  afterAll(async () => {
    await browser?.close();
    await rm(root, { recursive: true, force: true });
  });

  const visit = (
    use: (page: Page) => Promise<void>,
    width = 1280,
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<void> => visitFile(browser, address, use, { viewport: { width, height: 900 }, colorScheme });

  const drawingOf = (canvas: Locator): Promise<string> =>
    canvas.evaluate((element) => (element as unknown as { toDataURL(): string }).toDataURL());

  const shownStep = (page: Page, run: number): Promise<number> =>
    page.evaluate(
      `Number(document.querySelectorAll('#samples figure')[${run}].querySelector('img:not([hidden])').dataset.step)`,
    );

  /** Colour in the middle of a run's picture as it is on the screen. */
  const shownColour = (page: Page, run: number): Promise<number[]> =>
    page.evaluate(`(async () => {
      const picture = document.querySelectorAll('#samples figure')[${run}].querySelector('img:not([hidden])');
      await picture.decode();
      const context = document.createElement('canvas').getContext('2d');
      context.drawImage(picture, 0, 0);
      return [...context.getImageData(50, 50, 1, 1).data].slice(0, 3);
    })()`);

  test('the slider moves the pictures of all runs, by mouse and by keyboard', () =>
    visit(async (page) => {
      expect([await shownStep(page, 0), await shownStep(page, 1)]).toEqual([600, 400]);
      const slider = page.locator('#step');
      await slider.focus();
      await page.keyboard.press('Home');
      // Stage 2 begins at step 50: its first picture stands in.
      expect([await shownStep(page, 0), await shownStep(page, 1)]).toEqual([0, 50]);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('#step-shown').textContent()).toBe('200');
      expect([await shownStep(page, 0), await shownStep(page, 1)]).toEqual([100, 200]);
      for (const [run, step] of [
        [0, 100],
        [1, 200],
      ] as const) {
        const colour = await shownColour(page, run);
        const errors = colourOf(step).map((value, c) => Math.abs((colour[c] as number) - value));
        expect(Math.max(...errors)).toBeLessThan(8);
      }
      const box = (await slider.boundingBox()) as { x: number; y: number; width: number; height: number };
      await page.mouse.click(box.x + box.width - 3, box.y + box.height / 2);
      expect([await shownStep(page, 0), await shownStep(page, 1)]).toEqual([600, 400]);
    }));

  test('text of runs stays text', () =>
    visit(async (page) => {
      expect(await page.evaluate('window.canary')).toBeUndefined();
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      expect(await page.locator('h1').textContent()).toContain('onerror=');
    }));

  test('even injected markup cannot run or load: the policy forbids it', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(address);
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.canary=1">')`,
    );
    await page.waitForTimeout(200);
    expect(await page.evaluate('window.canary')).toBeUndefined();
    await context.close();
  });

  test('curves tell the values under the pointer, zoom and come back', () =>
    visit(async (page) => {
      const chart = page.locator('.charts').first().locator('.uplot').filter({ hasText: 'psnr_hole' });
      await chart.scrollIntoViewIfNeeded();
      const box = (await chart.locator('.u-over').boundingBox()) as {
        x: number;
        y: number;
        width: number;
        height: number;
      };
      await page.mouse.move(box.x + box.width - 2, box.y + 20);
      const legend = await chart.locator('.u-legend').textContent();
      expect(legend).toMatch(/^step600/);
      expect(legend).toMatch(/psnr_hole15$/);
      const drawing = () => drawingOf(chart.locator('canvas'));
      const before = await drawing();
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, box.y + 25, { steps: 4 });
      await page.mouse.up();
      expect(await drawing()).not.toBe(before);
      await page.locator('#whole').click();
      await page.mouse.move(0, 0);
      expect(await drawing()).toBe(before);
    }));

  test('smoothing, logarithmic axis and scheme redraw the losses', () =>
    visit(async (page) => {
      const canvas = page.locator('.charts canvas').first();
      const drawings = new Set<unknown>();
      const look = async (): Promise<void> => void drawings.add(await drawingOf(canvas));
      await look();
      await page.locator('#smoothing').fill('0.9');
      await look();
      await page.locator('#log').uncheck();
      await look();
      await page.locator('#theme').click();
      await look();
      expect(drawings.size).toBe(4);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 23, 27)');
    }));

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('fits a window of %i pixels, %s: what is wider scrolls on its own', (width, scheme) =>
    visit(
      async (page) => {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const [paper, ink] = (await page.evaluate(
          `[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color].map((c) => Number(/\\d+/.exec(c)[0]))`,
        )) as [number, number];
        expect(paper > ink).toBe(scheme === 'light');
      },
      width,
      scheme,
    ),
  );

  test('everything that can be used has a name and takes the focus', () =>
    visit(async (page) => {
      const nameless =
        await page.evaluate(`[...document.querySelectorAll('button, input, a, summary, [tabindex="0"], img')]
        .filter((e) => !(e.textContent || e.alt || e.labels?.length || e.getAttribute('aria-label'))).map((e) => e.outerHTML.slice(0, 80))`);
      expect(nameless).toEqual([]);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe('theme');
    }));
});
