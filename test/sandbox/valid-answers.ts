import { stripeValidators } from '../contracts/stripe-schemas-compiled.ts';

const validators = await stripeValidators();
const LIST = ['data', 'has_more', 'object', 'url'];

/** Throws unless what the gateway sent is what the SDK's typings promise. */
export function checkAnswer(body: unknown, where: string): void {
  const object = body as { object?: string; deleted?: boolean; data?: unknown[]; error?: Record<string, unknown> };
  if (object.error) {
    checkError(object.error, where);
    return;
  }
  if (object.object === 'list' || object.object === 'search_result') {
    const missing = LIST.filter((field) => !(field in object));
    if (missing.length > 0) throw new Error(`${where}: a list without ${missing}`);
    for (const item of object.data!) checkAnswer(item, where);
    return;
  }
  if (object.deleted) return;
  const valid = validators[String(object.object)];
  if (!valid) throw new Error(`${where}: no schema for ${object.object}`);
  if (!valid(object)) {
    const problems = valid.errors!.map(({ instancePath, message, params }) => {
      return `${instancePath} ${message} ${JSON.stringify(params)}`;
    });
    throw new Error(`${where}: not a ${object.object}:\n${problems.slice(0, 8).join('\n')}`);
  }
  if (object.object === 'event') checkAnswer((object.data as unknown as { object: unknown }).object, where);
}

function checkError(error: Record<string, unknown>, where: string): void {
  const types = ['api_error', 'card_error', 'idempotency_error', 'invalid_request_error'];
  if (!types.includes(String(error.type))) throw new Error(`${where}: no error type ${error.type}`);
  if (typeof error.message !== 'string') throw new Error(`${where}: an error without a message`);
  for (const name of ['payment_intent', 'payment_method', 'setup_intent']) {
    if (error[name]) checkAnswer(error[name], `${where} error.${name}`);
  }
}
