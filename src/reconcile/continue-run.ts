import { GatewayError } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { laterIso, MINUTE_MS, nowIso, SECOND_MS } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { Refusal } from '../platform/refusal.ts';
import { finishRun } from './finish-run.ts';
import { forgetSightings } from './forget-sightings.ts';
import { lookAtPage } from './look-at-page.ts';
import { notePage } from './note-page.ts';
import { KIND_NAMES } from './object-kinds.ts';
import { LostClaim, stepsOf } from './run.ts';
import { readRun } from './runs.store.ts';

/** A process that has noted nothing for so long is taken for dead. */
const CLAIM_MS = 2 * MINUTE_MS;
/** Then others have their turn, and a portal that stops need not wait for the end of a long run. */
const PAGES_A_TURN = 100;
const MOST_TRIES = 5;
const TRY_AGAIN_MS = 20 * SECOND_MS;

/**
 * Goes on with a run where it stands, page by page; page, counts and place are one transaction, so that nothing is counted
 * twice however often a process dies. Does nothing while another process is at it. Never throws: what goes wrong stands in
 * the run's row. Gives whether there is more to do at once.
 */
export async function continueRun(parts: PaymentParts, id: string): Promise<boolean> {
  const claim = newId('req');
  try {
    return (await take(parts, id, claim)) && (await workThrough(parts, id, claim));
  } catch (error) {
    await endTurn(parts, { id, claim, error }).catch((err) =>
      parts.log.error({ err, runId: id }, 'could not note why a look at the gateway stopped'),
    );
    return false;
  }
}

async function take({ db, clock }: PaymentParts, id: string, claim: string): Promise<boolean> {
  const taken = await db.q
    .updateTable('reconcile_run')
    .set({ claim, claimed_until: laterIso(clock, CLAIM_MS) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', nowIso(clock))]))
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

/** Gives false when it came to the end, and true when the turn is over before. */
async function workThrough(parts: PaymentParts, id: string, claim: string): Promise<boolean> {
  const steps = stepsOf(KIND_NAMES);
  const hold = () => holdClaim(parts, id, claim);
  for (let pages = 0; pages < PAGES_A_TURN; pages++) {
    const run = await readRun(parts.db, id);
    const place = steps.findIndex((step) => step.name === run.step);
    const step = steps[place];
    if (!step) {
      await finishRun(parts, run, claim);
      await forgetSightings(parts.db, id);
      return false;
    }
    const page = await lookAtPage(parts, { run, step, hold });
    const next = page.passedRef
      ? { step: step.name, passedRef: page.passedRef }
      : { step: steps[place + 1]?.name ?? 'end' };
    await notePage(parts, { run, claim, claimedUntil: laterIso(parts.clock, CLAIM_MS), page, next });
  }
  await letGo(parts, { id, claim, set: {} });
  return true;
}

/** Errors: LostClaim when another process has taken the run over. */
async function holdClaim({ db, clock }: PaymentParts, id: string, claim: string): Promise<void> {
  const held = await db.q
    .updateTable('reconcile_run')
    .set({ claimed_until: laterIso(clock, CLAIM_MS) })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .executeTakeFirst();
  if (held.numUpdatedRows !== 1n) throw new LostClaim();
}

/** A gateway that is silent is asked again from the same place; at the first page, or after some tries, the run has failed. */
async function endTurn(
  parts: PaymentParts,
  { id, claim, error }: { id: string; claim: string; error: unknown },
): Promise<void> {
  const { clock, log } = parts;
  if (error instanceof LostClaim) return;
  if (error instanceof GatewayError) {
    const run = await readRun(parts.db, id);
    log.warn({ err: error, runId: id }, 'a gateway could not be asked for what it holds');
    if (run.looked > 0 && run.tries + 1 < MOST_TRIES && error.kind !== 'bad-keys') {
      return letGo(parts, { id, claim, set: { claimed_until: laterIso(clock, TRY_AGAIN_MS), tries: run.tries + 1 } });
    }
    return letGo(parts, { id, claim, set: failed(clock, reasonOf(error)) });
  }
  // The database was only busy.
  if (error instanceof Refusal && error.status === 503) return letGo(parts, { id, claim, set: {} });
  log.error({ err: error, runId: id }, 'a look at a gateway stopped');
  return letGo(parts, { id, claim, set: failed(clock, 'Something went wrong on our side; the log says what.') });
}

function failed(clock: PaymentParts['clock'], failure: string) {
  return { state: 'failed' as const, failure, finished_at: nowIso(clock) };
}

function reasonOf({ kind, code }: GatewayError): string {
  if (kind === 'bad-keys') return 'The gateway does not accept the secret key of this account.';
  if (kind === 'refused' || kind === 'not-found') return `The gateway refused the question (${code}).`;
  return 'The gateway could not be reached.';
}

async function letGo(
  { db, clock }: PaymentParts,
  { id, claim, set }: { id: string; claim: string; set: object },
): Promise<void> {
  await db.q
    .updateTable('reconcile_run')
    .set({ claim: null, claimed_until: nowIso(clock), ...set })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .execute();
}
