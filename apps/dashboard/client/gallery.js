/** A slider over two pictures of each case, which columns it parts, and which cases are shown. */
{
  const choice = (/** @type {string} */ id) =>
    /** @type {HTMLSelectElement | null} */ (document.getElementById(id));
  /** The only element of a kind. @param {Element | DocumentFragment} within @param {string} what */
  const one = (within, what) => /** @type {HTMLElement} */ (within.querySelector(what));
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById('slider'));
  const cases = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.case')]);
  const sides = [
    { layer: '.before', name: '.left', select: choice('before'), column: template.dataset.before },
    { layer: '.after', name: '.right', select: choice('after'), column: template.dataset.after },
  ];
  const [tag, kind] = [choice('tag'), choice('kind')];
  /** Smaller pictures are shown larger, in CSS pixels. */
  const LEAST = 384;

  /** @param {HTMLElement} element */
  const addSlider = (element) => {
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const compare = one(copy, '.compare');
    const picture = one(element, '.pictures img');
    const [width, height] = ['width', 'height'].map((name) => Number(picture.getAttribute(name)));
    compare.style.setProperty('--width', `${Math.max(width ?? 0, LEAST)}px`);
    compare.style.setProperty('--aspect', `${width} / ${height}`);
    one(compare, 'input').addEventListener('input', () => part(element));
    one(element, '.row').prepend(copy);
  };

  /** Shows the columns that are chosen. @param {HTMLElement} element */
  const fill = (element) => {
    const figures = element.querySelectorAll('.pictures figure');
    for (const { layer, name, select, column } of sides) {
      const figure = /** @type {Element} */ (figures[Number(select?.value ?? column)]);
      const picture = /** @type {HTMLImageElement} */ (one(figure, 'img'));
      const shown = /** @type {HTMLImageElement} */ (one(element, `.compare ${layer}`));
      shown.src = picture.src;
      shown.alt = picture.alt;
      one(element, name).textContent = one(figure, 'figcaption').textContent;
    }
    part(element);
  };

  /** Parts the pictures where the slider stands. @param {HTMLElement} element */
  const part = (element) => {
    const input = /** @type {HTMLInputElement} */ (one(element, '.compare input'));
    const [left, right] = sides.map(({ name }) => one(element, name).textContent);
    one(element, '.compare').style.setProperty('--at', `${input.value}%`);
    const share = Math.round(Number(input.value));
    input.setAttribute(
      'aria-label',
      `${one(element, 'h2').textContent}: ${left} on the left, ${right} on the right`,
    );
    input.setAttribute('aria-valuetext', `${share} % ${left}, ${100 - share} % ${right}`);
  };

  const filter = () => {
    const fits = (/** @type {HTMLSelectElement | null} */ select, /** @type {string | undefined} */ value) =>
      !select?.value || select.value === value;
    for (const element of cases) {
      const { tag: itsTag, kind: itsKind } = element.dataset;
      element.hidden = !(fits(tag, itsTag) && fits(kind, itsKind));
    }
    const output = /** @type {HTMLOutputElement | null} */ (document.getElementById('shown'));
    if (output) output.value = `${cases.filter(({ hidden }) => !hidden).length} of ${cases.length} cases`;
  };

  document.documentElement.classList.add('script');
  const controls = document.getElementById('controls');
  if (controls) controls.hidden = false;
  for (const element of cases) {
    addSlider(element);
    fill(element);
  }
  for (const { select } of sides) select?.addEventListener('change', () => cases.forEach(fill));
  for (const select of [tag, kind]) select?.addEventListener('change', filter);
  filter();
}
