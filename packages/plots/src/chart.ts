/** Charts by ECharts, drawn without a browser. */
import { type EChartsOption, init } from 'echarts';
import { ALERT, INK } from './style.ts';
import { FONT, renderSvg } from './text.ts';

export interface ChartOptions {
  /** Of the SVG, in its units. */
  readonly width: number;
  readonly height: number;
  readonly option: EChartsOption;
}

/** Pixels of the PNG for each unit of the SVG. */
const ZOOM = 2;

/** The chart on white as SVG and as PNG at twice its size. */
export function drawChart({ width, height, option }: ChartOptions): { svg: string; png: Buffer } {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONT },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return { svg, png: renderSvg(svg, ZOOM).asPng() };
}

/** A heading for ECharts' `title`. */
export const heading = (text: string, left: number, top: number, fontSize: number, color: string = INK) => ({
  text,
  left,
  top,
  textStyle: { fontSize, color },
});

/** The word that says that no real person is shown, in the upper right corner of a chart of this width. */
export const syntheticMark = (width: number) => heading('SYNTHETIC', width - 112, 12, 13, ALERT);
