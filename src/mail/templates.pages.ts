import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { LANGUAGES } from '../words/words.ts';
import { LONGEST_BODY, LONGEST_SUBJECT } from './letter-template.ts';
import { originalOf, rulesOf, TEMPLATE_KINDS, type TemplateKind } from './template-kinds.ts';
import type { listActive, TemplatePlace, TemplateRow } from './templates.store.ts';

type Account = { id: string; name: string };

const ORIGINAL = { tone: 'muted', text: 'Original' };
const OWN = { tone: 'info', text: 'Own words' };

/** All letters that can be written anew, and where that was done. */
export function templatesPage(active: Awaited<ReturnType<typeof listActive>>, accounts: Account[]) {
  const badge = (kind: string, accountId: string | null) =>
    active.some((one) => one.kind === kind && one.account_id === accountId) ? OWN : ORIGINAL;
  return {
    view: 'mail/templates',
    layout: 'office' as const,
    title: 'Letters',
    letters: (Object.keys(TEMPLATE_KINDS) as TemplateKind[]).map((kind) => ({
      label: rulesOf(kind).label,
      when: rulesOf(kind).when,
      href: paths.template(kind, 'company'),
      badge: badge(kind, null),
      accounts: accounts.map(({ id, name }) => {
        const own = badge(kind, id) === OWN;
        return { name, href: paths.template(kind, id), badge: own ? OWN : { tone: 'muted', text: 'As the company' } };
      }),
    })),
  } satisfies Page & Record<string, unknown>;
}

export interface TemplateShown {
  place: TemplatePlace;
  account: Account | undefined;
  versions: TemplateRow[];
  typed: Record<string, string>;
  errors: FieldErrors;
  /** The letter with what is typed, and where it can be seen; undefined while that is not fit. */
  preview: { subject: string; text: string; href: string } | undefined;
}

/** The words of one letter: the form, the letter as it would be sent, what the portal says by itself, and history. */
export function templatePage({ place, account, versions, typed, errors, preview }: TemplateShown) {
  const { kind } = place;
  const rules = rulesOf(kind);
  const scope = account?.id ?? 'company';
  return {
    view: 'mail/template',
    layout: 'office' as const,
    title: rules.label,
    when: rules.when,
    whose: account ? `For the payment service account ${account.name}` : 'For the whole company',
    action: paths.template(kind, scope),
    restore: versions.some((one) => one.active) ? paths.originalTemplate(kind, scope) : undefined,
    fallsTo: account ? 'the words of the company' : 'the original words',
    language: LANGUAGES[place.language] ?? place.language,
    placeholders: rules.placeholders.map(({ name, meaning }) => ({ name: `{${name}}`, meaning })),
    original: originalOf(kind, place.language),
    most: { subject: LONGEST_SUBJECT, body: LONGEST_BODY },
    typed,
    errors,
    preview,
    versions: versions.map((one) => ({
      version: one.version,
      subject: one.subject,
      body: one.body,
      author: one.author ?? 'The portal',
      createdAt: one.created_at,
      endedAt: one.ended_at,
      inUse: one.active === 1,
      takeUp: `${paths.template(kind, scope)}?version=${one.version}`,
    })),
  } satisfies Page & Record<string, unknown>;
}
