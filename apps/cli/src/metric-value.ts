/** A measured value in JSON: null with a reason where it is no number. */
export interface MetricValue {
  readonly step: number;
  readonly value: number | null;
  readonly reason?: string;
}

export const metricValue = ({ step, value }: { step: number; value: number }): MetricValue =>
  Number.isFinite(value) ? { step, value } : { step, value: null, reason: String(value) };
