import type { Response } from 'express';

/** Headers of the sandbox's own pages. Only the portal may frame them; a form may lead back to `returnUrl`. */
export function protectPage(response: Response, portalOrigins: string[] | undefined, returnUrl?: string | null): void {
  const back = returnUrl && URL.canParse(returnUrl) ? ` ${new URL(returnUrl).origin}` : '';
  const ancestors = portalOrigins ? portalOrigins.join(' ') : 'http: https:';
  response.set({
    'Content-Security-Policy': [
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'",
      `form-action 'self'${back}; frame-ancestors ${ancestors}`,
    ].join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
}
