const ASK_EVERY_MS = 700;

/** Keeps the bar of a running import true, and loads the page anew when it has ended. */
function watch(place: HTMLElement): void {
  const bar = place.querySelector('progress');
  const text = place.querySelector('[data-done]');
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.progress as string, { headers: { accept: 'application/json' } });
      const now = (await answer.json()) as { state?: string; doneLines: number; totalLines: number };
      if (answer.ok && now.state !== 'running') return location.reload();
      if (answer.ok && bar && text) {
        bar.value = now.doneLines;
        text.textContent = now.doneLines.toLocaleString('en');
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
