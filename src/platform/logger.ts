import pino from 'pino';

export type Logger = pino.Logger;

/** Keys whose values never reach a log line, wherever they stand. */
const SECRET_KEYS = [
  'password',
  'token',
  'secret',
  'secretKey',
  'client_secret',
  'clientSecret',
  'confirmationToken',
  'authorization',
  'cookie',
  'set-cookie',
  'stripe-signature',
  'content',
];

/** JSON lines on standard output, or to what is given; `level` as pino names them, `silent` in tests. */
export function createLogger(level: string, out: pino.DestinationStream = pino.destination(1)): Logger {
  return pino(
    {
      level,
      redact: { paths: SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`]), censor: '[removed]' },
      serializers: { err: withoutSecrets },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    out,
  );
}

/** Error objects of the gateway's SDK carry headers and raw bodies: only what helps is kept. */
function withoutSecrets(error: Error & { code?: string; status?: number }) {
  return {
    type: error.name,
    message: scrub(error.message),
    code: error.code,
    status: error.status,
    stack: scrub(error.stack ?? ''),
    ...(error.cause instanceof Error ? { cause: { type: error.cause.name, message: scrub(error.cause.message) } } : {}),
  };
}

/** Takes keys, link tokens and anything that looks like a card number out of a text. */
export function scrub(text: string): string {
  return text
    .replace(/\b(sk|rk|pk)_(test|live)_[A-Za-z0-9]+/g, '$1_$2_[removed]')
    .replace(/\bwhsec_[A-Za-z0-9+/=]+/g, 'whsec_[removed]')
    .replace(/\b((?:pi|seti)_[A-Za-z0-9]+)_secret_[A-Za-z0-9]+/g, '$1_secret_[removed]')
    .replace(/\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g, '[token removed]')
    .replace(/\b\d(?:[ -]?\d){12,18}\b/g, '[number removed]');
}
