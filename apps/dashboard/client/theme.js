{
  const button = /** @type {HTMLButtonElement} */ (document.getElementById('theme'));
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');

  button.hidden = false;
  button.addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    document.dispatchEvent(new Event('themechange'));
  });
  system.addEventListener('change', () => document.dispatchEvent(new Event('themechange')));
}
