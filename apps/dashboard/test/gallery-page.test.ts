import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildGallery, embedPicture } from '../src/index.ts';
import { findBrowser, openBrowser, visitFile } from './browser.ts';
import { CANARY, plain } from './fake-runs.ts';

const found = findBrowser(process.env);
const title = `the gallery in a browser${'reason' in found ? ` (skipped: ${found.reason})` : ''}`;

type Colour = [number, number, number];
/** Of the columns' pictures. */
const RED: Colour = [200, 30, 30];
const GREEN: Colour = [30, 160, 60];
const BLUE: Colour = [40, 60, 200];

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describe.skipIf('reason' in found)(title, () => {
  let root: string;
  let browser: Browser;
  let gallery: string;
  let photographs: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fsg-gallery-page-'));
    const of = async (colours: readonly Colour[], width: number, height: number) =>
      Promise.all(colours.map(async (colour) => embedPicture(await plain(colour, width, height), 1000)));
    const page = { intro: CANARY, synthetic: true, now: Date.UTC(2026, 1, 1) };
    const faces = await of([RED, GREEN, BLUE], 128, 128);
    const { path } = await buildGallery({
      ...page,
      title: `Cases ${CANARY}`,
      columns: ['occluded', `restored ${CANARY}`, 'clean'],
      before: 'occluded',
      after: `restored ${CANARY}`,
      cases: ['best', 'worst'].flatMap((tag) =>
        ['hand', 'glasses', 'scarf'].map((kind) => ({
          name: `${tag} of ${kind}`,
          tag,
          kind,
          caption: ['hole PSNR 21.3 dB', 'identity 0.62'],
          pictures: faces,
        })),
      ),
      out: join(root, 'gallery.html'),
    });
    gallery = pathToFileURL(path).href;
    const restored = await buildGallery({
      ...page,
      title: 'Restored',
      columns: ['before', 'restored'],
      before: 'before',
      after: 'restored',
      cases: [
        { name: 'wide.jpg', caption: ['2 faces'], pictures: await of([RED, GREEN], 3000, 1500) },
        { name: 'tall.jpg', caption: ['1 face'], pictures: await of([RED, GREEN], 900, 1800) },
      ],
      out: join(root, 'restored.html'),
    });
    photographs = pathToFileURL(restored.path).href;
    browser = await openBrowser((found as { path: string }).path);
  });

  afterAll(async () => {
    await browser?.close();
    await rm(root, { recursive: true, force: true });
  });

  const viewport = (width: number) => ({ viewport: { width, height: 900 } });
  const boxOf = async (page: Page, place: string): Promise<Box> =>
    (await page.locator(place).first().boundingBox()) as Box;

  /** The colour on the screen at a share of the first slider's width, above its marks and names. */
  async function colourAt(page: Page, share: number): Promise<Colour> {
    const { x, y, width, height } = await boxOf(page, '.compare');
    const clip = { x: x + share * width, y: y + 0.2 * height, width: 2, height: 2 };
    const { data } = await sharp(await page.screenshot({ clip }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    return [...data.subarray(0, 3)] as Colour;
  }

  async function expectSides(page: Page, at: number, left: Colour, right: Colour): Promise<void> {
    for (const [share, colour] of [
      [at - 0.04, left],
      [at + 0.04, right],
    ] as const) {
      const shown = await colourAt(page, share);
      const off = Math.max(...colour.map((value, c) => Math.abs(value - (shown[c] as number))));
      expect(off, `${shown} in place of ${colour} at ${share}`).toBeLessThan(8);
    }
  }

  test('the line goes where the keyboard takes it', () =>
    visitFile(browser, gallery, async (page) => {
      await expectSides(page, 0.5, RED, GREEN);
      const slider = page.getByRole('slider').first();
      await slider.focus();
      for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight');
      expect(Number(await slider.inputValue())).toBeCloseTo(60, 5);
      await expectSides(page, 0.6, RED, GREEN);
      expect(await slider.getAttribute('aria-valuetext')).toMatch(/^60 % occluded, 40 % restored/);
      expect(await slider.getAttribute('aria-label')).toMatch(
        /^best of hand: occluded on the left, restored/,
      );
      const ring = `getComputedStyle(document.querySelector('.compare')).outlineStyle`;
      expect(await page.evaluate(ring)).toBe('solid');
      await page.keyboard.press('End');
      await expectSides(page, 0.9, RED, RED);
      await page.keyboard.press('Home');
      await expectSides(page, 0.1, GREEN, GREEN);
      expect(await page.evaluate('document.activeElement.type')).toBe('range');
    }));

  test('the line goes where the mouse presses, and follows it', () =>
    visitFile(browser, gallery, async (page) => {
      const { x, y, width, height } = await boxOf(page, '.compare');
      await page.mouse.move(x + 0.25 * width, y + 0.7 * height);
      await page.mouse.down();
      await expectSides(page, 0.25, RED, GREEN);
      await page.mouse.move(x + 0.8 * width, y + 0.6 * height, { steps: 5 });
      await expectSides(page, 0.8, RED, GREEN);
      await page.mouse.up();
      const edge = await boxOf(page, '.edge');
      expect(Math.abs(edge.x + edge.width / 2 - (x + 0.8 * width))).toBeLessThan(2);
      // The other cases stay where they were.
      expect(await page.getByRole('slider').nth(1).inputValue()).toBe('50');
    }));

  test('the columns of all cases are chosen at once', () =>
    visitFile(browser, gallery, async (page) => {
      await page.getByLabel('Left', { exact: true }).selectOption({ index: 1 });
      await page.getByLabel('Right', { exact: true }).selectOption('clean');
      await expectSides(page, 0.5, GREEN, BLUE);
      for (const name of await page.locator('.compare .right').all()) {
        expect(await name.textContent()).toBe('clean');
      }
    }));

  test('cases are chosen by how they were chosen and by their occluder', () =>
    visitFile(browser, gallery, async (page) => {
      const shown = () => page.locator('.case:visible h2').allTextContents();
      expect(await shown()).toHaveLength(6);
      await page.getByLabel('Cases', { exact: true }).selectOption('worst');
      expect(await shown()).toEqual(['worst of hand', 'worst of glasses', 'worst of scarf']);
      await page.getByLabel('Occluder').selectOption('glasses');
      expect(await shown()).toEqual(['worst of glasses']);
      expect(await page.locator('#shown').textContent()).toBe('1 of 6 cases');
      await page.getByLabel('Cases', { exact: true }).selectOption('all');
      expect(await shown()).toEqual(['best of glasses', 'worst of glasses']);
    }));

  test.each([400, 1400])('faces fit a window of %i pixels, each pixel of their own kept', (width) =>
    visitFile(
      browser,
      gallery,
      async (page) => {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const slider = await boxOf(page, '.compare');
        expect(slider.width).toBeCloseTo(Math.min(384, width - 28), 0);
        expect(slider.height).toBeCloseTo(slider.width, 0);
        const picture = await boxOf(page, '.pictures img');
        expect([picture.width, picture.height]).toEqual([128, 128]);
        const rows = await page.locator('.case').first().locator('.pictures img').all();
        const tops = new Set(await Promise.all(rows.map(async (row) => (await row.boundingBox())?.y)));
        expect(tops.size).toBe(width === 400 ? 2 : 1);
      },
      viewport(width),
    ),
  );

  test.each([400, 1400])('photographs fit a window of %i pixels in their proportions', (width) =>
    visitFile(
      browser,
      photographs,
      async (page) => {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const [wide, tall] = (await Promise.all(
          (await page.locator('.compare').all()).map((one) => one.boundingBox()),
        )) as [Box, Box];
        expect(wide.width).toBeCloseTo(width === 400 ? 372 : 1000, 0);
        expect(wide.width / wide.height).toBeCloseTo(2, 1);
        expect(tall.height).toBeLessThanOrEqual(0.85 * 900 + 1);
        expect(tall.width / tall.height).toBeCloseTo(0.5, 1);
        await expectSides(page, 0.5, RED, GREEN);
        // The slider shows both already.
        expect(await page.locator('.pictures:visible').count()).toBe(0);
      },
      viewport(width),
    ),
  );

  test('without script all pictures stand side by side, and nothing that would not work', () =>
    visitFile(
      browser,
      photographs,
      async (page) => {
        const [before, after] = (await Promise.all(
          (await page.locator('.case').first().locator('img').all()).map((one) => one.boundingBox()),
        )) as [Box, Box];
        expect(before.y).toBe(after.y);
        expect(after.x).toBeGreaterThanOrEqual(before.x + before.width);
        expect(before.width / before.height).toBeCloseTo(2, 1);
        expect(await page.locator('.compare:visible, button:visible, select:visible').count()).toBe(0);
      },
      { ...viewport(1400), javaScriptEnabled: false },
    ));

  test('on paper all pictures stand side by side in dark ink, whatever the scheme', () =>
    visitFile(
      browser,
      photographs,
      async (page) => {
        const ink = `/\\d+/.exec(getComputedStyle(document.body).color)[0]`;
        expect(Number(await page.evaluate(ink))).toBeGreaterThan(200);
        await page.emulateMedia({ media: 'print' });
        expect(Number(await page.evaluate(ink))).toBeLessThan(60);
        expect(await page.locator('.compare:visible').count()).toBe(0);
        expect(await page.locator('.pictures img:visible').count()).toBe(4);
      },
      { ...viewport(1400), colorScheme: 'dark' },
    ));

  test('text stays text; everything that can be used has a name', () =>
    visitFile(browser, gallery, async (page) => {
      expect(await page.evaluate('window.canary')).toBeUndefined();
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      const nameless = await page.evaluate(`[...document.querySelectorAll('button, input, select, img')]
        .filter((e) => !(e.textContent || e.alt || e.labels?.length || e.getAttribute('aria-label'))).map((e) => e.outerHTML.slice(0, 80))`);
      expect(nameless).toEqual([]);
    }));
});
