import { createHmac } from 'node:crypto';

/** The `Stripe-Signature` header: one v1 for each secret, so that a receiver may roll them. */
export function signWebhook(body: string, secrets: string[], timestampSeconds: number): string {
  const sign = (secret: string) => createHmac('sha256', secret).update(`${timestampSeconds}.${body}`).digest('hex');
  return [`t=${timestampSeconds}`, ...secrets.map((secret) => `v1=${sign(secret)}`)].join(',');
}
