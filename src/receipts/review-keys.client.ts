const SWITCH = 'review-keys-off';

/** Single keys press the buttons that carry them, unless somebody types or has switched them off. */
function press(event: KeyboardEvent): void {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target as HTMLElement;
  if (target.isContentEditable || target.closest('input, textarea, select')) return;
  if (localStorage.getItem(SWITCH)) return;
  const button = [...document.querySelectorAll<HTMLElement>('[data-key]')].find((one) => one.dataset.key === event.key);
  if (!button) return;
  event.preventDefault();
  const details = button.localName === 'summary' ? (button.parentElement as HTMLDetailsElement) : undefined;
  const field = details?.querySelector('textarea');
  if (details && field) {
    details.open = true;
    field.focus();
  } else {
    button.click();
  }
}

/** One press is one deed: until the next page is there, keys and buttons do nothing more. */
function pressOnce(): void {
  removeEventListener('keydown', press);
}

function offerSwitch(): void {
  const place = document.querySelector<HTMLElement>('[data-keys-switch]');
  const box = place?.querySelector('input');
  if (!place || !box) return;
  place.hidden = false;
  box.checked = !localStorage.getItem(SWITCH);
  box.addEventListener('change', () => {
    if (box.checked) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, 'yes');
  });
}

addEventListener('keydown', press);
addEventListener('submit', pressOnce);
// A page that comes back by "Back" listens again.
addEventListener('pageshow', () => addEventListener('keydown', press));
offerSwitch();

// A module, so that its names are its own.
export {};
