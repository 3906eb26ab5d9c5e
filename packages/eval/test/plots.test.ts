import type { Picture } from '@fsg/plots';
import { decode, ink } from '@fsg/plots/testing';
import { describe, expect, test } from 'vitest';
import { forestPlot } from '../src/plots/forest.ts';
import { type GroupedPlot, metricByBins, metricByKinds } from '../src/plots/grouped.ts';
import type { Estimate } from '../src/plots/parts.ts';
import { rocPlot } from '../src/plots/roc.ts';

const psnr = { label: 'PSNR in the hole', unit: 'dB', better: 'higher', digits: 2 } as const;
const NAMES = ['occluded', 'mean face', 'inpainting', 'stage I', 'network', 'composite', 'oracle'];
const methods = NAMES.map((label, i) => ({ key: `m${i}`, label }));
const MISSING: Estimate = { value: null, low: null, high: null, n: 0 };
const known = (value: number, half = 1): Estimate => ({
  value,
  low: value - half,
  high: value + half,
  n: 30,
});

const plot = (
  values: readonly (readonly (Estimate | null)[])[],
  more: Partial<GroupedPlot> = {},
): GroupedPlot => ({
  title: 'PSNR <by> share',
  synthetic: true,
  metric: psnr,
  by: 'occluded share, %',
  methods: methods.slice(0, values[0]?.length),
  groups: values.map((group, i) => ({
    label: `group ${i}`,
    methods: Object.fromEntries(group.flatMap((one, m) => (one ? [[`m${m}`, one]] : []))),
  })),
  ...more,
});

type Place = readonly [x: number, y: number];

/** The points of all paths of a colour and a width, path by path. */
function paths(svg: string, colour: string, width: number): Place[][] {
  const found = svg.matchAll(/<(?:path d|polyline points)="([^"]*)"([^>]*)>/g);
  return [...found].flatMap(([, d = '', rest = '']) => {
    const drawn = Number(/stroke-width="([\d.]+)"/.exec(rest)?.[1] ?? 1);
    if (!rest.includes(`stroke="${colour}"`) || drawn !== width) return [];
    return d.split('M').flatMap((part) => {
      const places = [...part.matchAll(/(-?[\d.]+)[ ,](-?[\d.]+)/g)];
      return places.length === 0 ? [] : [places.map(([, x, y]) => [Number(x), Number(y)] as const)];
    });
  });
}

const BLUE = '#0072b2';
const WHISKER = 1.3;
const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text as string);
/** Whether a pixel is printed in black and white. */
function dark({ width, data }: Picture, x: number, y: number): boolean {
  const [r, g, b] = data.subarray(3 * (y * width + x)) as unknown as [number, number, number];
  return 0.299 * r + 0.587 * g + 0.114 * b < 200;
}

const unsound = /NaN|undefined|Infinity|null/;

describe('metric by groups', () => {
  test('lines and whiskers stand where their values do', () => {
    const { svg } = metricByBins(plot([[known(10, 2)], [known(20, 2)], [known(25, 2)]]));
    const [line] = paths(svg, BLUE, 1.6).filter((path) => path.length === 3);
    const [a, b, c] = line as [Place, Place, Place];
    expect(b[0] - a[0]).toBeCloseTo(c[0] - b[0], 0);
    const pixels = (a[1] - b[1]) / 10;
    expect((b[1] - c[1]) / 5).toBeCloseTo(pixels, 1);
    const upright = paths(svg, BLUE, WHISKER).filter(([from, to]) => from?.[0] === to?.[0]);
    expect(upright).toHaveLength(3);
    for (const [i, [low, high]] of (upright as [Place, Place][]).entries()) {
      const at = line?.[i] as Place;
      expect(low[0]).toBeCloseTo(at[0], 0);
      expect((low[1] - at[1]) / pixels).toBeCloseTo(2, 1);
      expect((at[1] - high[1]) / pixels).toBeCloseTo(2, 1);
    }
  });

  test('kinds stand from top to bottom, higher values to the right', () => {
    const { svg } = metricByKinds(plot([[known(10)], [known(20)]]));
    const level = paths(svg, BLUE, WHISKER).filter(([from, to]) => from?.[1] === to?.[1]) as [Place, Place][];
    const [[first, firstEnd], [second]] = level as [[Place, Place], [Place, Place]];
    expect(first[1]).toBeLessThan(second[1]);
    expect((second[0] - first[0]) / (firstEnd[0] - first[0])).toBeCloseTo(5, 1);
  });

  test('titles, units, numbers of pictures and the synthetic mark are told', () => {
    for (const draw of [metricByBins, metricByKinds]) {
      const few = { ...known(9), n: 4 };
      const { svg } = draw(
        plot([
          [known(10), few],
          [known(11), known(12)],
        ]),
      );
      const all = texts(svg).join('|');
      for (const text of [
        'PSNR &lt;by&gt; share',
        'PSNR in the hole, dB (higher is better)',
        'group 0',
        'n = 4–30',
        'n = 30',
        'occluded share, %',
        'SYNTHETIC',
        'mean face',
        '95 % intervals',
      ]) {
        expect(all).toContain(text);
      }
      expect(draw(plot([[known(10)]], { synthetic: false })).svg).not.toContain('SYNTHETIC');
    }
  });

  test('what is missing leaves a gap: a line breaks, a whisker is left out, nothing is drawn at 0', () => {
    const single: Estimate = { value: 12, low: null, high: null, n: 1 };
    const { svg } = metricByBins(plot([[known(10)], [known(11)], [MISSING], [single], [known(14)], [null]]));
    expect(paths(svg, BLUE, 1.6).filter((path) => path.length === 2)).toHaveLength(2);
    expect(paths(svg, BLUE, WHISKER)).toHaveLength(3 * 3);
    expect(texts(svg)).not.toContain('0');
  });

  test('no pattern of missing values breaks a plot', () => {
    const choices = [known(8), { ...known(9), low: null, high: null, n: 1 }, MISSING, null];
    for (let pattern = 0; pattern < 4 ** 3; pattern++) {
      const values = [0, 1, 2].map((k) => choices[Math.floor(pattern / 4 ** k) % 4] as Estimate | null);
      const options = plot([values.slice(0, 2), values.slice(2)]);
      expect(metricByBins(options).svg).not.toMatch(unsound);
    }
    expect(texts(metricByKinds(plot([[MISSING], [null]])).svg).join()).toContain('There is no value.');
  });

  test('a plot of nothing is refused', () => {
    expect(() => metricByBins(plot([]))).toThrow('no group to plot PSNR in the hole of');
    expect(() => metricByKinds(plot([[known(1)]], { methods: [] }))).toThrow('no method');
  });

  test.each([
    ['bins', metricByBins, 34],
    ['kinds', metricByKinds, 11],
  ] as const)('seven methods in %s are told apart without colour', async (_, draw, icon) => {
    const { svg, png } = draw(plot([NAMES.map((__, i) => known(10 + i))]));
    const picture = await decode(png);
    // Each icon stands left of its words, at the origin of their coordinates.
    const words = [
      ...svg.matchAll(/ y="([\d.]+)" transform="translate\(([\d.]+) ([\d.]+)\)"[^>]*>([^<]*)<\/text>/g),
    ];
    const icons = NAMES.map((name) => {
      const found = words.find((word) => word[4] === name) as RegExpExecArray;
      const [y, left, top] = found.slice(1, 4).map(Number) as [number, number, number];
      const middle = Math.round(2 * (top + y));
      const rows = Array.from({ length: 24 }, (_, v) => middle - 12 + v);
      return rows.flatMap((v) =>
        Array.from({ length: 2 * icon }, (_, u) => dark(picture, Math.round(2 * left) + u, v)),
      );
    });
    for (const [i, a] of icons.entries()) {
      expect(a.filter(Boolean).length).toBeGreaterThan(40);
      for (const b of icons.slice(0, i)) {
        const differing = a.filter((pixel, p) => pixel !== b[p]).length;
        expect(differing).toBeGreaterThan(25);
      }
    }
  });

  test('long labels and titles grow the picture, which is twice the size of the SVG', async () => {
    const long = 'a-label-without-any-blank-that-no-legend-and-no-axis-has-room-for-in-one-line';
    const options = plot([[known(10)], [known(11)]], {
      title: `${long} ${long}`,
      methods: [{ key: 'm0', label: long }],
    });
    const groups = options.groups.map((group) => ({ ...group, label: long }));
    for (const draw of [metricByBins, metricByKinds]) {
      const { svg, png } = draw({ ...options, groups });
      const [, width, height] = /^<svg width="(\d+)" height="(\d+)"/.exec(svg) as unknown as [
        string,
        string,
        string,
      ];
      const picture = await decode(png);
      expect([picture.width, picture.height]).toEqual([2 * Number(width), 2 * Number(height)]);
      const { width: w, height: h } = picture;
      expect(ink(picture, 0, 0, 8, h) + ink(picture, w - 8, 0, w, h) + ink(picture, 0, h - 8, w, h)).toBe(0);
    }
  });
});

describe('ROC curves', () => {
  const points = [
    { far: 0, tar: 0.1 },
    { far: 0.001, tar: 0.3 },
    { far: 0.1, tar: 0.6 },
    { far: 1, tar: 1 },
  ];
  const options = {
    title: 'Verification by faceres',
    synthetic: true,
    pairs: { genuine: 1200, impostor: 1000 },
    conditions: [{ key: 'clean', label: 'clean faces', points }],
  };

  test('steps stand at the logarithm of their FAR, above chance', () => {
    const { svg } = rocPlot(options);
    expect(svg).not.toMatch(unsound);
    const line = paths(svg, BLUE, 1.7).find((path) => path.length > 4) as Place[];
    const [left, right] = [line[0], line.at(-1)] as [Place, Place];
    const x = (rate: number) => right[0] + ((right[0] - left[0]) * Math.log10(rate)) / 3;
    const y = (rate: number) => right[1] + (left[1] - right[1]) * ((1 - rate) / (1 - 0.3));
    const corner = line.find((place, i) => i > 0 && place[0] > left[0] + 1) as Place;
    expect(corner[0]).toBeCloseTo(x(0.1), 0);
    expect(corner[1]).toBeCloseTo(left[1], 0);
    expect(line.some(([u, v]) => Math.abs(u - x(0.1)) < 0.5 && Math.abs(v - y(0.6)) < 0.5)).toBe(true);
    const [chance] = paths(svg, '#59626d', 1).filter((path) => path.length > 10) as [Place[]];
    expect(chance[0]?.[0]).toBeCloseTo(left[0], 0);
    expect(chance.at(-1)).toEqual(right);
    expect(chance.some(([u, v]) => Math.abs(u - x(0.1)) < 0.5 && Math.abs(v - y(0.1)) < 0.5)).toBe(true);
  });

  test('numbers of pairs, rates and conditions are told', () => {
    const all = texts(rocPlot(options).svg).join(' ');
    for (const text of [
      '1,200 genuine, 1,000 impostor pairs',
      'false accept rate',
      'true accept rate',
      '10⁻³',
      'clean faces',
      'chance',
      'SYNTHETIC',
    ]) {
      expect(all).toContain(text);
    }
  });

  test('very many points make no large file, a condition without points and few pairs no broken one', () => {
    const many = Array.from({ length: 200_001 }, (_, i) => ({
      far: i / 200_000,
      tar: Math.sqrt(i / 200_000),
    }));
    const large = rocPlot({
      ...options,
      pairs: { genuine: 5, impostor: 200_000 },
      conditions: [{ key: 'a', label: 'a', points: many }],
    });
    expect(large.svg.length).toBeLessThan(60_000);
    const few = rocPlot({
      ...options,
      pairs: { genuine: 1, impostor: 1 },
      conditions: [...options.conditions, { key: 'none', label: 'none', points: [] }],
    });
    expect(few.svg).not.toMatch(unsound);
    expect(() => rocPlot({ ...options, pairs: { genuine: 0, impostor: 3 } })).toThrow(
      '0 genuine and 3 impostor',
    );
    expect(() => rocPlot({ ...options, conditions: [] })).toThrow('no condition');
  });
});

describe('forest plot', () => {
  const rows = [
    { label: 'without identity loss', value: -1.204, low: -1.5, high: -0.9, n: 40 },
    { label: 'without structure', value: 0.1, low: -0.2, high: 0.4, n: 40 },
    { label: 'seed 2', value: 0.3, low: null, high: null, n: 1 },
    { label: 'not trained', ...MISSING },
  ];
  const options = { title: 'Ablations', synthetic: false, metric: psnr, reference: 'the full model', rows };

  test('differences stand beside 0, filled where the interval leaves it out, their figures at the right', () => {
    const { svg } = forestPlot(options);
    expect(svg).not.toMatch(unsound);
    const whiskers = paths(svg, '#1c2127', WHISKER).filter(([a, b]) => a?.[1] === b?.[1]) as [Place, Place][];
    expect(whiskers).toHaveLength(2);
    const [[[low], [high]], [[below], [above]]] = whiskers as unknown as [[Place, Place], [Place, Place]];
    const [[[zero] = []] = []] = paths(svg, '#59626d', 1.2);
    expect(((zero as number) - high) / (high - low)).toBeCloseTo(0.9 / 0.6, 1);
    expect(((zero as number) - below) / (above - (zero as number))).toBeCloseTo(0.5, 1);
    const fills = [...svg.matchAll(/<path[^>]*fill="(#[\da-f]+)"[^>]*stroke="#1c2127" stroke-width="0.4"/g)];
    expect(fills.map(([, fill]) => fill)).toEqual(['#1c2127', '#ffffff', '#ffffff']);
    for (const text of [
      '−1.20 [−1.50, −0.90]',
      '+0.10 [−0.20, +0.40]',
      '+0.30 [no interval]',
      'no value',
      'not trained',
      'difference in PSNR in the hole, dB (higher is better)',
    ]) {
      expect(texts(svg)).toContain(text);
    }
    expect(texts(svg).join()).toContain('Difference from the full model');
  });

  test('0 is in the picture although all differences are far from it; no values and no rows', () => {
    const far = forestPlot({ ...options, rows: [{ label: 'a', ...known(50) }] });
    expect(texts(far.svg)).toContain('0');
    expect(forestPlot({ ...options, rows: [{ label: 'a', ...MISSING }] }).svg).not.toMatch(unsound);
    expect(() => forestPlot({ ...options, rows: [] })).toThrow('no row');
  });
});
