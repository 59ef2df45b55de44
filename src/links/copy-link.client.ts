/** Copy buttons: each stands hidden beside a field that can be selected by hand, and appears where copying works. */
const SHOWN_MS = 2000;

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  const field = document.getElementById(button.dataset.copy ?? '');
  if (!(field instanceof HTMLInputElement)) continue;
  const label = button.textContent;
  button.hidden = false;
  field.addEventListener('focus', () => field.select());
  button.addEventListener('click', async () => {
    button.textContent = (await copied(field)) ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => {
      button.textContent = label;
    }, SHOWN_MS);
  });
  button.setAttribute('aria-live', 'polite');
}

async function copied(field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Without https browsers keep the clipboard closed: the text stands selected for the keyboard.
    field.select();
    return false;
  }
}
