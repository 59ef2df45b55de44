interface Progress {
  counted: number;
  expected: number;
  done: boolean;
  totals: Array<Record<string, string>>;
}

/** Has what is shown added up while the page is looked at, and shows the sums grow; who leaves ends it. */
async function addUp(place: HTMLElement): Promise<void> {
  const leave = new AbortController();
  addEventListener('pagehide', () => leave.abort());
  const bar = place.querySelector('progress') as HTMLProgressElement;
  const status = place.querySelector('[data-status]') as HTMLElement;
  const offered = [...status.childNodes];
  try {
    const answer = await fetch(place.dataset.totals as string, {
      headers: { accept: 'application/x-ndjson' },
      signal: leave.signal,
    });
    if (!answer.ok || !answer.body) throw new Error(`the totals gave ${answer.status}`);
    bar.hidden = false;
    let isDone = false;
    for await (const line of linesOf(answer.body)) {
      const now = JSON.parse(line) as Progress;
      isDone = now.done;
      bar.max = now.expected;
      bar.value = now.counted;
      status.textContent = `Counted ${now.counted.toLocaleString('en')} of about ${now.expected.toLocaleString('en')}.`;
      show(place, now.totals);
    }
    if (!isDone) throw new Error('the totals broke off');
    status.textContent = '';
  } catch {
    // The link that was there does the same as a page.
    status.replaceChildren(...offered);
  }
  bar.hidden = true;
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>;
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function show(place: HTMLElement, totals: Progress['totals']): void {
  const template = place.querySelector('template') as HTMLTemplateElement;
  const rows = totals.map((total) => {
    const row = template.content.cloneNode(true) as DocumentFragment;
    for (const cell of row.querySelectorAll<HTMLElement>('[data-total]')) {
      cell.textContent = total[cell.dataset.total as string] ?? '';
    }
    return row;
  });
  place.querySelector('tbody')?.replaceChildren(...rows);
}

const place = document.querySelector<HTMLElement>('[data-totals]');
if (place) void addUp(place);

// A module, so that its names are its own.
export {};
