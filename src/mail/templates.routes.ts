import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Db } from '../platform/database/database.ts';
import { type FieldErrors, notFound, Refusal } from '../platform/refusal.ts';
import { tidyLine, tidyLines } from '../platform/text-key.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { withQuery } from '../platform/web/query.ts';
import { type Renderer, render } from '../platform/web/render.ts';
import { composeLetter } from './compose-letter.ts';
import type { Sender } from './letter.ts';
import { allowLetterFrame, answerWithLetter } from './letter-frame.ts';
import { type LetterTemplate, templateFaults } from './letter-template.ts';
import { restoreOriginal } from './restore-original.ts';
import { saveTemplate } from './save-template.ts';
import { isTemplateKind, originalOf, placeholderNames, sampleLetter } from './template-kinds.ts';
import { templatePage, templatesPage } from './templates.pages.ts';
import { accountNames, listActive, listVersions, type TemplatePlace } from './templates.store.ts';

/** Only which fields there are: what may stand in them is the template's own rule (templateFaults). */
const templateForm = z.strictObject({
  subject: z.string().transform(tidyLine),
  body: z.string().transform(tidyLines),
  seenVersion: z.coerce.number().int().min(0),
  intent: z.enum(['preview', 'save']).default('save'),
});

interface TemplateParts {
  db: Db;
  clock: Clock;
  renderer: Renderer;
  config: Pick<Config, 'baseUrl'>;
  /** In whose name letters go out: the company stands above the post and cannot be asked from here. */
  letterFrame: () => Promise<{ sender: Sender }>;
}

/** The office's pages for the words of letters. */
export function templatesRoutes(parts: TemplateParts): Router {
  const { db } = parts;
  const router = Router();

  router.get(paths.templates(), may('templates.read'), async (_req, res) => {
    render(res, templatesPage(await listActive(db), await accountNames(db)));
  });

  router.get(paths.template(':kind', ':scope'), may('templates.read'), async (req, res) => {
    const found = await placeOf(db, req);
    const { subject, body } = savedWords(found, req);
    const seenVersion = String(found.versions[0]?.version ?? 0);
    delete req.session.letterDraft;
    await show(parts, req, res, { typed: { subject, body, seenVersion } });
  });

  router.get(paths.templateSample(':kind', ':scope'), may('templates.read'), async (req, res) => {
    const found = await placeOf(db, req);
    const draft = req.session.letterDraft;
    const isFit = draft && Object.keys(templateFaults(draft, placeholderNames(found.place.kind))).length === 0;
    const template = queryText(req, 'draft') && isFit ? draft : savedWords(found, req);
    answerWithLetter(res, (await sampleOf(parts, found.place, template)).html);
  });

  router.post(paths.template(':kind', ':scope'), may('templates.change'), async (req, res) => {
    const { place } = await placeOf(db, req);
    const { ok, values, typed, errors } = readForm(templateForm, req);
    if (!ok) return show(parts, req, res, { typed, errors });
    const { seenVersion, intent, ...template } = values;
    if (intent === 'preview') {
      req.session.letterDraft = template;
      return show(parts, req, res, { typed: { ...typed, ...template } });
    }
    try {
      await saveTemplate(parts, { place, template, seenVersion, actor: actorOf(req, res) });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 404) throw error;
      const { versions } = await placeOf(db, req);
      req.session.letterDraft = template;
      const again = { ...typed, seenVersion: String(versions[0]?.version ?? 0) };
      const said = Object.keys(error.fields).length > 0 ? error.fields : { form: error.message };
      return show(parts, req, res, { typed: again, errors: said }, error.status);
    }
    req.session.flash = { tone: 'ok', text: 'The words are saved. The next letter is written with them.' };
    res.redirect(303, req.path);
  });

  router.post(paths.originalTemplate(':kind', ':scope'), may('templates.change'), async (req, res) => {
    const { place, account } = await placeOf(db, req);
    await restoreOriginal(parts, { place, actor: actorOf(req, res) });
    const text = account
      ? 'The words of this account are set aside: its letters say what the company’s say.'
      : 'Your words are set aside: the letter says again what it said originally.';
    req.session.flash = { tone: 'ok', text: `${text} They stay in the history.` };
    res.redirect(303, paths.template(place.kind, account?.id ?? 'company'));
  });

  return router;
}

/** Which words the address means, with their versions. Errors: 404 for an unknown letter or account. */
async function placeOf(db: Db, req: Request) {
  const [kind, scope] = [String(req.params.kind), String(req.params.scope)];
  if (!isTemplateKind(kind)) throw notFound('letter');
  const account = scope === 'company' ? undefined : (await accountNames(db)).find((one) => one.id === scope);
  if (scope !== 'company' && !account) throw notFound('payment service account');
  const place: TemplatePlace = { kind, accountId: account?.id, language: 'en' };
  return { place, account, versions: await listVersions(db, place) };
}

/** The words of the version that the address names, else those in use, else the original ones. */
function savedWords({ place, versions }: Awaited<ReturnType<typeof placeOf>>, req: Request): LetterTemplate {
  const asked = Number(queryText(req, 'version'));
  const shown = versions.find((one) => one.version === asked) ?? versions.find((one) => one.active);
  return shown ?? originalOf(place.kind, place.language);
}

async function show(
  parts: TemplateParts,
  req: Request,
  res: Response,
  { typed, errors = {} }: { typed: Record<string, string>; errors?: FieldErrors },
  status?: number,
): Promise<void> {
  const found = await placeOf(parts.db, req);
  const { place, account } = found;
  const template = { subject: typed.subject ?? '', body: typed.body ?? '' };
  const faults = { ...templateFaults(template, placeholderNames(place.kind)), ...errors };
  const isFit = !faults.subject && !faults.body;
  const href = withQuery(paths.templateSample(place.kind, account?.id ?? 'company'), {
    version: queryText(req, 'version'),
    draft: req.session.letterDraft && 'yes',
  });
  const preview = isFit ? { ...(await sampleOf(parts, place, template)), href } : undefined;
  if (preview) allowLetterFrame(res);
  const page = templatePage({ ...found, typed, errors: faults, preview });
  render(res, page, status ?? (Object.keys(faults).length > 0 ? 422 : 200));
}

/** A letter with these words, as it would be sent. */
async function sampleOf(parts: TemplateParts, { kind, language }: TemplatePlace, template: LetterTemplate) {
  const { sender } = await parts.letterFrame();
  const { baseUrl } = parts.config;
  const { subject, body } = sampleLetter(kind, template, { company: sender.tradingName, baseUrl, language });
  return composeLetter(parts, { key: '', kind: 'link', to: [], language, sender, subject, body });
}
