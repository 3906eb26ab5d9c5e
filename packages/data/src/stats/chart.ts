/** The statistics as one figure, readable in black and white. */
import { drawChart, type EChartsOption, heading, INK, syntheticMark } from '@fsg/plots';
import { type Options, type Panel, panelsOf } from './panels.ts';
import type { DataStats } from './stats.ts';

const PANEL = { width: 440, height: 290 } as const;
const COLUMNS = 3;
const HEAD = 44;
const LINES = '#e3e6ea';
/** From nothing to all of a region covered. */
const SHADES = ['#ffffff', '#8a949e'];

export function statsChart(stats: DataStats): { svg: string; png: Buffer } {
  const panels = panelsOf(stats);
  const width = COLUMNS * PANEL.width;
  const height = HEAD + Math.ceil(panels.length / COLUMNS) * PANEL.height;
  const { source, samples, identities, synthetic } = stats;
  const title = [
    heading(`${source}: ${samples} samples of ${identities.count} people`, 12, 10, 16),
    ...(synthetic ? [syntheticMark(width)] : []),
  ];
  const { title: headings, ...rest } = figure(panels);
  return drawChart({ width, height, option: { title: [...title, ...headings], ...rest } as EChartsOption });
}

function figure(panels: readonly Panel[]) {
  const placed = panels.map((panel, i) => ({
    ...panel,
    x0: (i % COLUMNS) * PANEL.width,
    y0: HEAD + Math.floor(i / COLUMNS) * PANEL.height,
  }));
  const series = placed.flatMap((panel, i) =>
    panel.series.map((one) => ({ xAxisIndex: i, yAxisIndex: i, ...one })),
  );
  return {
    title: placed.map(({ title, x0, y0 }) => heading(title, x0 + 12, y0 + 4, 13)),
    legend: placed.flatMap(({ legend, x0, y0, labels }) =>
      legend ? [{ ...LEGEND, data: [...legend], left: x0 + labels, top: y0 + 26 }] : [],
    ),
    grid: placed.map(({ x0, y0, labels, legend }) => ({
      left: x0 + labels,
      top: y0 + (legend ? 52 : 34),
      width: PANEL.width - labels - 24,
      height: PANEL.height - (legend ? 108 : 90),
    })),
    xAxis: placed.map(({ x }, gridIndex) => ({ ...AXIS, nameGap: 26, gridIndex, ...x })),
    yAxis: placed.map(({ y, labels }, gridIndex) => ({ ...AXIS, nameGap: labels - 16, gridIndex, ...y })),
    series,
    visualMap: {
      show: false,
      min: 0,
      max: 100,
      seriesIndex: series.findIndex((one: Options) => one.type === 'heatmap'),
      inRange: { color: SHADES },
    },
  };
}

const LEGEND = { itemWidth: 30, itemHeight: 10, textStyle: { fontSize: 11, color: INK } };
const AXIS = {
  axisLabel: { fontSize: 11, color: INK },
  axisTick: { show: false },
  axisLine: { onZero: false },
  splitLine: { lineStyle: { color: LINES } },
  nameLocation: 'middle',
  nameTextStyle: { fontSize: 11, color: INK },
};
