/** Curves with hover, zoom, smoothing and a logarithmic axis. */
{
  /**
   * @typedef {{ name: string, steps: number[], values: (number | null)[] }} Series
   * @typedef {{ title: string, noisy: boolean, series: Series[] }} Chart
   * @typedef {{ plot: uPlot, holder: HTMLElement, chart: Chart }} Drawn
   */
  const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const smoothing = /** @type {HTMLInputElement} */ (byId('smoothing'));
  const smoothingShown = /** @type {HTMLOutputElement} */ (byId('smoothing-shown'));
  const log = /** @type {HTMLInputElement} */ (byId('log'));
  const runs = /** @type {Chart[][]} */ (JSON.parse(byId('data').textContent ?? '[]'));
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
  const COLOURS = 8;

  /** @type {Drawn[]} */
  let drawn = [];

  /** A colour of the style sheet as it is in the present scheme. @param {string} name */
  const colour = (name) => {
    const probe = document.createElement('i');
    probe.className = name;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };

  /**
   * Exponential moving average freed of its start at 0; gaps stay gaps.
   * @param {(number | null)[]} values @param {number} keep
   */
  const smooth = (values, keep) => {
    let mean = 0;
    let weight = 0;
    return values.map((value) => {
      if (value === null) return null;
      mean = keep * mean + (1 - keep) * value;
      weight = keep * weight + (1 - keep);
      return mean / weight;
    });
  };

  /**
   * For each series its values as logged, then smoothed, over the steps of all.
   * @param {Chart} chart @returns {uPlot.AlignedData}
   */
  const dataOf = (chart) => {
    const keep = chart.noisy ? Number(smoothing.value) : 0;
    const positive = (/** @type {(number | null)[]} */ values) =>
      logarithmic(chart) ? values.map((value) => (value !== null && value > 0 ? value : null)) : values;
    return uPlot.join(
      chart.series.map(({ steps, values }) => [steps, positive(values), positive(smooth(values, keep))]),
    );
  };

  const logarithmic = (/** @type {Chart} */ chart) => chart.noisy && log.checked;

  /** @param {number | null | undefined} value */
  const figure = (value) => {
    if (value === null || value === undefined) return '–';
    const size = Math.abs(value);
    return size >= 1e6 || (size > 0 && size < 1e-3)
      ? value.toExponential(2)
      : String(Number(value.toPrecision(4)));
  };

  /** @param {Series} series @param {number} i @returns {uPlot.Series[]} */
  const linesOf = (series, i) => {
    const stroke = colour(`c${i % COLOURS}`);
    const dense = series.steps.length > 40;
    const dash = DASHES[i % DASHES.length] ?? [];
    const value = (/** @type {uPlot} */ _, /** @type {number | null} */ v) => figure(v);
    return [
      {
        label: series.name,
        class: 'raw',
        stroke,
        alpha: 0.25,
        width: 1,
        spanGaps: true,
        points: { show: false },
      },
      {
        label: series.name,
        stroke,
        width: 2,
        dash,
        spanGaps: true,
        points: { show: !dense, size: 6 },
        value,
      },
    ];
  };

  /** @param {HTMLElement} holder @param {Chart} chart @param {string} group @returns {Drawn} */
  const draw = (holder, chart, group) => {
    const axis = {
      stroke: colour('ink'),
      grid: { stroke: colour('line'), width: 1 },
      ticks: { stroke: colour('line') },
    };
    const labels = (/** @type {uPlot} */ _, /** @type {(number | null)[]} */ splits) =>
      splits.map((v) => (v === null ? '' : figure(v)));
    const plot = new uPlot(
      {
        width: holder.clientWidth,
        height: 260,
        title: chart.title,
        scales: { x: { time: false }, y: logarithmic(chart) ? { distr: 3 } : {} },
        axes: [
          { ...axis, values: labels },
          { ...axis, values: labels, size: 64 },
        ],
        series: [{ label: 'step' }, ...chart.series.flatMap(linesOf)],
        cursor: { sync: { key: group }, drag: { x: true, y: false } },
        hooks: { setSeries: [hideTogether] },
      },
      dataOf(chart),
      holder,
    );
    plot.root.querySelector('canvas')?.setAttribute('role', 'img');
    plot.root
      .querySelector('canvas')
      ?.setAttribute('aria-label', `${chart.title} by step; the figures stand below`);
    return { plot, holder, chart };
  };

  /** The values as logged go with their smoothed curve. @param {uPlot} plot @param {number | null} i @param {uPlot.Series} options */
  const hideTogether = (plot, i, options) => {
    if (i === null || options.show === undefined || i % 2 === 1) return;
    if (plot.series[i - 1]?.show !== options.show) plot.setSeries(i - 1, { show: options.show });
  };

  const drawAll = () => {
    const ranges = drawn.map(({ plot }) => ({ ...plot.scales.x }));
    for (const { plot } of drawn) plot.destroy();
    drawn = [...document.querySelectorAll('.charts')].flatMap((element, run) =>
      (runs[run] ?? []).map((chart, i) => {
        const holder = element.children[i] ?? element.appendChild(document.createElement('div'));
        return draw(/** @type {HTMLElement} */ (holder), chart, `run ${run}`);
      }),
    );
    drawn.forEach(({ plot }, i) => {
      const { min, max } = ranges[i] ?? {};
      if (typeof min === 'number' && typeof max === 'number') plot.setScale('x', { min, max });
    });
  };

  smoothing.addEventListener('input', () => {
    smoothingShown.value = Number(smoothing.value).toFixed(2);
    for (const { plot, chart } of drawn) plot.setData(dataOf(chart), false);
    for (const { plot } of drawn) plot.redraw(true);
  });
  log.addEventListener('change', drawAll);
  byId('whole').addEventListener('click', () => {
    for (const { plot } of drawn) plot.setData(plot.data, true);
  });
  document.addEventListener('themechange', drawAll);
  new ResizeObserver(() => {
    for (const { plot, holder } of drawn) plot.setSize({ width: holder.clientWidth, height: 260 });
  }).observe(document.body);
  drawAll();
}
