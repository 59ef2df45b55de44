const ASK_EVERY_MS = 1000;

/** Keeps bar and number true while gateways are looked at, and loads the page anew at the end. */
function watch(place: HTMLElement): void {
  const bar = place.querySelector('progress');
  const figure = place.querySelector('[data-count]');
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.progress as string, { headers: { accept: 'application/json' } });
      const now = (await answer.json()) as { done?: boolean; looked: number; expected: number };
      if (answer.ok && now.done) return location.reload();
      if (answer.ok) {
        if (bar) {
          bar.max = Math.max(now.expected, 1);
          bar.value = now.looked;
        }
        if (figure) figure.textContent = now.looked.toLocaleString('en');
      }
    } catch {
      // Offline for a moment: the next question may get through.
    }
    setTimeout(ask, ASK_EVERY_MS);
  };
  setTimeout(ask, ASK_EVERY_MS);
}

const place = document.querySelector<HTMLElement>('[data-progress]');
if (place) watch(place);

// A module, so that its names are its own.
export {};
