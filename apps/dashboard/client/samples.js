/** One slider for the samples of all runs. */
{
  const slider = /** @type {HTMLInputElement | null} */ (document.getElementById('step'));
  if (slider) {
    const steps = (slider.dataset.steps ?? '').split(' ').map(Number);
    const shown = /** @type {HTMLOutputElement} */ (document.getElementById('step-shown'));
    const figures = [...document.querySelectorAll('#samples figure')];

    const show = () => {
      const step = steps[Number(slider.value)] ?? 0;
      shown.value = String(step);
      slider.setAttribute('aria-valuetext', `step ${step}`);
      for (const figure of figures) showLast(figure, step);
    };

    /**
     * Shows the last picture up to the step, or the first where the run begins later.
     * @param {Element} figure @param {number} step
     */
    const showLast = (figure, step) => {
      const pictures = [...figure.querySelectorAll('img')];
      const stepOf = (/** @type {HTMLImageElement} */ picture) => Number(picture.dataset.step);
      const chosen = pictures.findLast((picture) => stepOf(picture) <= step) ?? pictures[0];
      for (const picture of pictures) picture.hidden = picture !== chosen;
      const name = figure.querySelector('figcaption b');
      if (name && chosen) name.textContent = String(stepOf(chosen));
    };

    slider.addEventListener('input', show);
    show();
  }
}
