/** A charge that waits asks now and then, more and more calmly, and loads anew when something has come of it. */
const FIRST_ASK_MS = 1000;
const SLOWEST_ASK_MS = 8000;

const waiting = document.querySelector<HTMLElement>('[data-charge]');
if (waiting) watchCharge(waiting);

function watchCharge({ dataset }: HTMLElement): void {
  const { status, standing, csrf } = dataset as Record<'status' | 'standing' | 'csrf', string>;
  let waitMs = FIRST_ASK_MS;
  const ask = async () => {
    try {
      const answer = await fetch(status, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          'x-csrf-token': csrf,
        },
        body: '',
      });
      const now = (await answer.json()) as { standing?: string };
      if (answer.ok && now.standing !== standing) return location.reload();
    } catch {
      // Offline for a moment: the next question may get through.
    }
    waitMs = Math.min(waitMs * 1.4, SLOWEST_ASK_MS);
    setTimeout(ask, waitMs);
  };
  setTimeout(ask, waitMs);
}
