const ASK_EVERY_MS = 700;

/** What every page about long work answers: whether it runs, how much is done of how much, and other counts by their names. */
interface Progress {
  state?: string;
  done: number;
  total?: number;
  [count: string]: unknown;
}

/** Keeps bar and numbers true while long work goes on, and loads the page anew when it has ended. */
function watch(place: HTMLElement): void {
  const bar = place.querySelector('progress');
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.progress as string, { headers: { accept: 'application/json' } });
      const now = (await answer.json()) as Progress;
      if (answer.ok && now.state !== 'running') return location.reload();
      if (answer.ok) show(now);
    } catch {
      // Offline for a moment: the next question may get through.
    }
    setTimeout(ask, ASK_EVERY_MS);
  };
  const show = (now: Progress) => {
    if (bar && now.total) bar.max = now.total;
    if (bar) bar.value = now.done;
    for (const figure of place.querySelectorAll<HTMLElement>('[data-count]')) {
      figure.textContent = Number(now[figure.dataset.count as string] ?? 0).toLocaleString('en');
    }
  };
  setTimeout(ask, ASK_EVERY_MS);
}

const place = document.querySelector<HTMLElement>('[data-progress]');
if (place) watch(place);

// A module, so that its names are its own.
export {};
