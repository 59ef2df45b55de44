import type { Page } from '../platform/web/render.ts';

export function homePage() {
  return { view: 'office/home', layout: 'office', title: 'Home' } satisfies Page;
}
