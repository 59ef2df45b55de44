const MOST_TRIES = 6;

/**
 * Posts JSON and gives the answer, errors of ours included. After a lost connection, or where the portal is busy, the same
 * is sent again: it knows by the submission whether it has it already. Undefined when it could not be reached at all.
 */
export async function sendPatiently<Answer>(
  url: string,
  body: object,
  { headers = {}, onLost }: { headers?: Record<string, string>; onLost: () => void },
): Promise<Answer | undefined> {
  for (let tried = 0; tried < MOST_TRIES; tried++) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      if (response.status !== 503) return (await response.json()) as Answer;
    } catch {
      onLost();
    }
    await new Promise((resume) => setTimeout(resume, 1000 * 2 ** tried));
  }
  return undefined;
}
