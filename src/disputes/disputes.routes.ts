import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { GatewayError } from '../gateway/gateway.ts';
import { paths } from '../paths.ts';
import { refusalOf } from '../payables/reason.pages.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { may } from '../permissions.ts';
import { isId, newId } from '../platform/ids.ts';
import { Refusal } from '../platform/refusal.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { answerDispute, LONGEST_STATEMENT } from './answer-dispute.ts';
import { decideDispute } from './decide-dispute.ts';
import { DISPUTE_STATE_WORDS } from './dispute.ts';
import { readDisputeInFull } from './dispute-detail.store.ts';
import { DISPUTE_TABS, type DisputeTab, listDisputes, sumDisputes } from './dispute-list.store.ts';
import { answerPage, disputePage, disputesPage } from './disputes.pages.ts';
import { readDispute } from './disputes.store.ts';
import { readEvidence } from './evidence.store.ts';
import { evidenceForBank, evidenceMark } from './evidence.ts';
import { evidenceZip } from './evidence-files.ts';
import { evidencePdf } from './evidence-pdf.ts';
import { takeInDispute } from './take-in-dispute.ts';

const nothing = z.strictObject({});
const decisionForm = z.strictObject({
  outcome: z.enum(['owed-again', 'written-off'], 'Say what becomes of the claim.'),
  reason: z.string().default(''),
});
const answerForm = z.strictObject({
  intent: z.enum(['preview', 'change', 'submit']).default('preview'),
  statement: z.string().trim().max(LONGEST_STATEMENT, `At most ${LONGEST_STATEMENT} characters fit here.`).default(''),
  answerId: z.string().max(60).default(''),
  mark: z.string().max(64).default(''),
});

/** The office's pages on disputes: what is due, what is known, the evidence, the answer and the decision. */
export function disputesRoutes(parts: PaymentParts): Router {
  const { db, clock } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.disputes(), may('disputes.read'), async (req, res) => {
    const wanted = queryText(req, 'show');
    const tab = Object.hasOwn(DISPUTE_TABS, wanted) ? (wanted as DisputeTab) : 'open';
    const after = queryText(req, 'after') || undefined;
    const [page, sums] = await Promise.all([listDisputes(db, tab, after), sumDisputes(db)]);
    render(res, disputesPage(page, sums, { tab, after, now: clock.now() }));
  });

  router.get(paths.dispute(':id'), may('disputes.read'), async (req, res) => {
    await showDispute(parts, res, idOf(req));
  });

  // Asking changes nothing but what is true at the gateway already, so whoever may read may ask.
  router.post(paths.refreshDispute(':id'), may('disputes.read'), async (req, res) => {
    readForm(nothing, req);
    const { accountId, gatewayRef } = await readDispute(db, idOf(req));
    try {
      const { state } = await takeInDispute(parts, accountId, gatewayRef);
      req.session.flash = { tone: 'ok', text: `The gateway says: ${DISPUTE_STATE_WORDS[state].label}.` };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      req.session.flash = { tone: 'bad', text: 'The gateway did not answer clearly. The portal asks again by itself.' };
    }
    res.redirect(303, paths.dispute(idOf(req)));
  });

  router.get(paths.disputePack(':id'), may('disputes.answer'), async (req, res) => {
    const dispute = await readDispute(db, idOf(req));
    const file = await evidencePdf(await readEvidence(db, dispute));
    res.type('application/pdf').attachment(`evidence-${dispute.gatewayRef}.pdf`).send(file);
  });

  router.get(paths.disputeFiles(':id'), may('disputes.answer'), async (req, res) => {
    const dispute = await readDispute(db, idOf(req));
    const file = await evidenceZip(await readEvidence(db, dispute));
    res.type('application/zip').attachment(`evidence-${dispute.gatewayRef}.zip`).send(file);
  });

  router.get(paths.answerDispute(':id'), may('disputes.answer'), async (req, res) => {
    const dispute = await readDispute(db, idOf(req));
    const evidence = evidenceForBank(await readEvidence(db, dispute), '');
    render(res, answerPage({ dispute, now: clock.now(), evidence, preview: undefined, statement: '' }));
  });

  router.post(paths.answerDispute(':id'), may('disputes.answer'), async (req, res) => {
    await answer(parts, req, res, idOf(req));
  });

  router.post(paths.decideDispute(':id'), may('disputes.answer'), async (req, res) => {
    const { ok, values, typed, errors } = readForm(decisionForm, req);
    if (!ok) return showDispute(parts, res, idOf(req), { typed, errors });
    try {
      await decideDispute(parts, { disputeId: idOf(req), ...values, actor: actorOf(req, res) });
    } catch (error) {
      const refused = refusalOf(error);
      const fields = Object.keys(refused.fields).length > 0 ? refused.fields : { form: refused.message };
      return showDispute(parts, res, idOf(req), { typed, errors: fields }, refused.status);
    }
    const said = { 'owed-again': 'The sum is due again.', 'written-off': 'The sum is written off.' };
    req.session.flash = { tone: 'ok', text: said[values.outcome] };
    res.redirect(303, paths.dispute(idOf(req)));
  });

  return router;
}

async function showDispute(
  parts: PaymentParts,
  res: Response,
  id: string,
  given?: { typed: Record<string, string>; errors: Record<string, string> },
  status = given ? 422 : 200,
): Promise<void> {
  const found = await readDisputeInFull(parts.db, id);
  render(res, disputePage({ found, now: parts.clock.now(), ...given }), status);
}

/** Two looks: the first gathers, the second shows all that goes out; only what was shown is sent. */
async function answer(parts: PaymentParts, req: Request, res: Response, id: string): Promise<void> {
  const { ok, values, typed, errors } = readForm(answerForm, req);
  const dispute = await readDispute(parts.db, id);
  const statement = ok ? values.statement : (typed.statement ?? '');
  const evidence = evidenceForBank(await readEvidence(parts.db, dispute), statement);
  const now = parts.clock.now();
  const show = (more: Partial<Parameters<typeof answerPage>[0]>, status = 200) =>
    render(res, answerPage({ dispute, now, evidence, statement, preview: undefined, ...more }), status);
  if (!ok) return show({ errors }, 422);
  if (values.intent === 'change') return show({});
  if (!statement) return show({ errors: { statement: 'Say in a few sentences why the payment is right.' } }, 422);
  const mark = evidenceMark(evidence);
  const answerId = isId(values.answerId, 'req') ? values.answerId : newId('req');
  if (values.intent === 'preview' || mark !== values.mark) {
    const changed = values.intent === 'submit';
    return show({ preview: { answerId, mark }, changed }, changed ? 409 : 200);
  }
  await send(parts, req, res, { id, evidence, answerId });
}

async function send(
  parts: PaymentParts,
  req: Request,
  res: Response,
  { id, evidence, answerId }: { id: string; evidence: ReturnType<typeof evidenceForBank>; answerId: string },
): Promise<void> {
  try {
    await answerDispute(parts, { disputeId: id, evidence, answerId, actor: actorOf(req, res) });
    req.session.flash = { tone: 'ok', text: 'The answer is with the bank.' };
  } catch (error) {
    if (error instanceof GatewayError) {
      req.session.flash = {
        tone: 'warn',
        text: 'The gateway did not answer clearly. The answer is kept and sent again by itself, once.',
      };
    } else if (error instanceof Refusal && error.status === 409)
      req.session.flash = { tone: 'bad', text: error.message };
    else throw error;
  }
  res.redirect(303, paths.dispute(id));
}
