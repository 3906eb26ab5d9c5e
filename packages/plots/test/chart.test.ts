import { expect, test } from 'vitest';
import { drawChart, heading, syntheticMark } from '../src/chart.ts';
import { drawOver } from '../src/over.ts';
import { seriesStyle } from '../src/style.ts';
import { wrap } from '../src/text.ts';
import { decode, ink } from './pictures.ts';

const chart = (synthetic: boolean) =>
  drawChart({
    width: 400,
    height: 200,
    option: {
      title: [heading('Kinds of <occluders>', 12, 10, 16), ...(synthetic ? [syntheticMark(400)] : [])],
      xAxis: { type: 'value' },
      yAxis: { type: 'value' },
      series: [
        {
          type: 'line',
          data: [
            [0, 1],
            [1, 3],
          ],
        },
      ],
    },
  });

test('a chart is the same in SVG and PNG, its text drawn without fonts of the system', async () => {
  const { svg, png } = chart(false);
  expect(svg).toContain('Kinds of &lt;occluders&gt;');
  const picture = await decode(png);
  expect([picture.width, picture.height]).toEqual([800, 400]);
  expect(ink(picture, 20, 15, 400, 60)).toBeGreaterThan(300);
});

test('the mark stands in the upper right corner where it is asked for', async () => {
  const corner = async (synthetic: boolean) => ink(await decode(chart(synthetic).png), 570, 15, 800, 60);
  expect(await corner(false)).toBe(0);
  expect(await corner(true)).toBeGreaterThan(300);
});

test('drawing over a picture blends, and leaves the rest as it is', () => {
  const data = new Uint8Array(3 * 4 * 4).fill(100);
  const rectangle = '<rect x="1" y="1" width="2" height="2" fill="#ff0000" fill-opacity="0.5"/>';
  drawOver({ width: 4, height: 4, data }, rectangle);
  const pixel = (x: number, y: number) => [...data.subarray(3 * (4 * y + x), 3 * (4 * y + x) + 3)];
  expect(pixel(0, 1)).toEqual([100, 100, 100]);
  const [red, green, blue] = pixel(1, 2) as [number, number, number];
  expect(Math.abs(red - 177.5)).toBeLessThan(2);
  expect(Math.abs(green - 50)).toBeLessThan(2);
  expect(blue).toBe(green);
});

test('sixteen series are told apart by dash and mark alone', () => {
  const looks = Array.from({ length: 16 }, (_, i) => seriesStyle(i)).map(
    ({ dash, mark }) => `${dash} ${mark}`,
  );
  expect(new Set(looks).size).toBe(16);
});

test('text is broken where it does not fit, words too where they are wider than the line', () => {
  expect(wrap('one two three', 8 * 6, 10)).toEqual(['one two', 'three']);
  expect(wrap('abcdefghij k', 4 * 6, 10)).toEqual(['abcd', 'efgh', 'ij k']);
  expect(wrap('', 10, 10)).toEqual(['']);
});
