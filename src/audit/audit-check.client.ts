const ASK_EVERY_MS = 700;

/** Keeps the bar of a check under way true, and loads the page anew when it has ended. */
function watch(place: HTMLElement): void {
  const bar = place.querySelector('progress');
  const text = place.querySelector('[data-done]');
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.progress as string, { headers: { accept: 'application/json' } });
      const now = (await answer.json()) as { state?: string; done: number; total: number };
      if (answer.ok && now.state !== 'running') return location.reload();
      if (answer.ok && bar && text && now.total > 0) {
        bar.max = now.total;
        bar.value = now.done;
        text.textContent = `${now.done.toLocaleString('en')} of ${now.total.toLocaleString('en')}`;
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
