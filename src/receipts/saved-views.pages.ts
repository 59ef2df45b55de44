import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import type { SavedView } from './saved-view.ts';

/** One's own views, to rename, share and delete, and a form for a new one. */
export function savedViewsPage(
  { own, shared }: { own: SavedView[]; shared: SavedView[] },
  form: { query: string; typed: Record<string, string>; errors: FieldErrors; viewId?: string },
) {
  const isNew = form.viewId === undefined;
  const hrefOf = (view: SavedView) => (view.query ? `${paths.receipts()}?${view.query}` : paths.receipts());
  return {
    view: 'receipts/saved-views',
    layout: 'office' as const,
    title: 'Saved views of receipts',
    query: form.query,
    own: own.map((view) => {
      const isTyped = view.id === form.viewId;
      return {
        id: view.id,
        saved: view.name,
        href: hrefOf(view),
        name: isTyped ? (form.typed.name ?? '') : view.name,
        shared: isTyped ? form.typed.shared === 'yes' : view.shared,
        error: isTyped ? form.errors.name : undefined,
      };
    }),
    shared: shared.map((view) => ({ name: view.name, owner: view.ownerName, href: hrefOf(view) })),
    typed: isNew ? form.typed : {},
    errors: isNew ? form.errors : {},
  } satisfies Page & Record<string, unknown>;
}
