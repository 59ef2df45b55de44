import type { Page } from '../platform/web/render.ts';
import type { PersonTokenKind } from './issue-person-token.ts';
import { PASSWORD_LEAST } from './password.ts';
import { type Person, type PersonState, ROLES, stateOf } from './person.ts';
import type { HistoryLine } from './staff.store.ts';

/** What a form page shows again after a refusal. */
export interface FormState {
  typed: Record<string, string>;
  errors: Record<string, string>;
}

export const NOTHING_TYPED: FormState = { typed: {}, errors: {} };

const passwordHint = `At least ${PASSWORD_LEAST} characters. A few words that only you would put together are easy to keep.`;

const BADGES: Record<PersonState, { tone: string; text: string }> = {
  active: { tone: 'ok', text: 'Active' },
  invited: { tone: 'info', text: 'Invited' },
  disabled: { tone: 'muted', text: 'Disabled' },
};

const DEEDS: Record<string, string> = {
  'person.created': 'Entered',
  'person.invited': 'Invitation written',
  'person.accepted-invite': 'Invitation accepted',
  'person.signed-in': 'Signed in',
  'person.signed-out': 'Signed out',
  'person.asked-reset': 'New password asked for',
  'person.reset-password': 'Password reset',
  'person.changed-password': 'Password changed',
  'person.changed-role': 'Role changed',
  'person.disabled': 'Disabled',
  'person.enabled': 'Enabled',
};

/** `next` is a path of ours; `ended` says that a form was sent after the session had ended. */
export function signInPage(form: FormState, next: string, ended: boolean) {
  return { view: 'staff/sign-in', layout: 'plain' as const, title: 'Sign in', ...form, next, ended };
}

/** `askedFor` is the address that was asked for, once it was. */
export function forgotPage(form: FormState, askedFor?: string) {
  const title = askedFor ? 'Look into your mail' : 'Forgotten password';
  return { view: 'staff/forgot', layout: 'plain' as const, title, ...form, askedFor };
}

export function choosePasswordPage(kind: PersonTokenKind, person: Person, action: string, form: FormState) {
  const isInvite = kind === 'invite';
  return {
    view: 'staff/choose-password',
    layout: 'plain' as const,
    title: isInvite ? 'Welcome' : 'Choose a new password',
    isInvite,
    email: person.email,
    passwordHint,
    action,
    errors: form.errors,
    typed: { name: form.typed.name ?? person.name },
  };
}

export function linkOverPage(kind: PersonTokenKind, sentence: string) {
  return {
    view: 'staff/link-over',
    layout: 'plain' as const,
    title: 'This link is over',
    sentence,
    isInvite: kind === 'invite',
  };
}

export function ownPasswordPage({ errors }: FormState) {
  return {
    view: 'staff/own-password',
    layout: 'office' as const,
    title: 'Change your password',
    passwordHint,
    errors,
    typed: {},
  };
}

function shown(person: Person) {
  const role = ROLES.find((one) => one.value === person.role)?.label ?? person.role;
  return { ...person, roleLabel: role, state: stateOf(person), badge: BADGES[stateOf(person)] };
}

export function peoplePage(people: Person[]) {
  return { view: 'staff/people', layout: 'office' as const, title: 'People', people: people.map(shown) };
}

export function invitePage(form: FormState) {
  return { view: 'staff/invite', layout: 'office' as const, title: 'Invite somebody', roles: ROLES, ...form };
}

export function personPage(
  person: Person,
  more: { history: HistoryLine[]; errors: Record<string, string>; isOneself: boolean },
) {
  return {
    view: 'staff/person',
    layout: 'office' as const,
    title: person.name,
    subject: shown(person),
    roles: ROLES,
    isOneself: more.isOneself,
    errors: more.errors,
    typed: { role: person.role },
    history: more.history.map((line) => ({
      at: line.at,
      what: DEEDS[line.action] ?? line.action,
      by: line.actorName ?? (line.actorKind === 'system' ? 'the portal' : undefined),
    })),
  } satisfies Page & Record<string, unknown>;
}
