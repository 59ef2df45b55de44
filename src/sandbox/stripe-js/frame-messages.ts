/** What the portal's page and the card frame say to each other. A card number is in none of it. */
export interface ToFrame {
  sandbox: true;
  type: 'options' | 'focus' | 'clear' | 'check' | 'make';
  id?: number;
  variables?: Record<string, string>;
  theme?: string;
  key?: string;
  path?: string;
  params?: object;
}

export interface FromFrame {
  sandbox: true;
  type: 'ready' | 'height' | 'change' | 'focus' | 'blur' | 'answer';
  id?: number;
  heightPx?: number;
  state?: { complete: boolean; empty: boolean; brand: string };
  result?: object;
  error?: object;
}
