export type Answer = { result: Record<string, unknown> } | { error: Record<string, unknown> };

/** Asks the gateway with the publishable key. Never rejects: what goes wrong is an `error`, as in Stripe.js. */
export async function ask(
  origin: string,
  key: string,
  method: 'GET' | 'POST',
  path: string,
  params: object,
): Promise<Answer> {
  const form = encode(params).toString();
  try {
    const answer = await fetch(`${origin}${path}${method === 'GET' ? `?${form}` : ''}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' },
      ...(method === 'POST' ? { body: form } : {}),
      credentials: 'omit',
    });
    const body = (await answer.json()) as Record<string, unknown>;
    return answer.ok ? { result: body } : { error: body.error as Record<string, unknown> };
  } catch {
    return { error: { type: 'api_connection_error', message: 'The payment service could not be reached. Try again.' } };
  }
}

function encode(params: object, prefix = '', form = new URLSearchParams()): URLSearchParams {
  for (const [name, value] of Object.entries(params)) {
    const path = prefix ? `${prefix}[${name}]` : name;
    if (value === undefined || value === null) continue;
    if (typeof value === 'object') encode(value, path, form);
    else form.append(path, String(value));
  }
  return form;
}
