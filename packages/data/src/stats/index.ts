export { statsChart } from './chart.ts';
export { type Distribution, distributionOf, type Histogram, histogramOf } from './distribution.ts';
export { ANGLES, type DataStats, dataStats, type StatsOptions } from './stats.ts';
