export { buildReport, type ReportOptions } from './report/build.ts';
