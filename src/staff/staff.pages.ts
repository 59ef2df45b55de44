import type { Page } from '../platform/web/render.ts';

/** What a form page shows again after a refusal. */
export interface FormState {
  typed: Record<string, string>;
  errors: Record<string, string>;
}

export const NOTHING_TYPED: FormState = { typed: {}, errors: {} };

interface SignInPage extends Page, FormState {
  /** Where to go afterwards: a path of ours. */
  next: string;
  /** A form was sent after the session had ended. */
  ended: boolean;
}

export function signInPage(form: FormState, next: string, ended: boolean): SignInPage {
  return { view: 'staff/sign-in', layout: 'plain', title: 'Sign in', ...form, next, ended };
}
