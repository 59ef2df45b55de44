import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** Which foreign origins a page may talk to: those of the gateway whose card fields it shows. */
export interface GatewayOrigins {
  script: string[];
  frame: string[];
  connect: string[];
  image: string[];
}

const NO_GATEWAY: GatewayOrigins = { script: [], frame: [], connect: [], image: [] };

/** Headers for every answer, errors and files included. */
export function securityHeaders({ https }: { https: boolean }): RequestHandler {
  const fixed = [
    ...headersOf(
      helmet({
        contentSecurityPolicy: false,
        strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: true } : false,
        referrerPolicy: { policy: 'no-referrer' },
        xFrameOptions: { action: 'deny' },
        crossOriginEmbedderPolicy: false,
        crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
        // Express is told not to send it.
        xPoweredBy: false,
      }),
    ),
    ['X-Robots-Tag', 'noindex, nofollow'],
    ['Cache-Control', 'no-store'],
  ] as const;
  return (_req, res, next) => {
    for (const [name, value] of fixed) res.setHeader(name, value);
    allowGateway(res, NO_GATEWAY);
    next();
  };
}

/** What a handler that always sets the same headers sets: asked once instead of at every request. */
function headersOf(handler: (req: Request, res: Response, next: () => void) => void): Array<[string, string]> {
  const found: Array<[string, string]> = [];
  const recorder = { setHeader: (name: string, value: string) => found.push([name, value]) };
  handler({} as Request, recorder as unknown as Response, () => undefined);
  return found;
}

const policies = new Map<GatewayOrigins, string>();

/**
 * Lets this one answer load that gateway's script and frames, and nothing else foreign.
 * No inline script or style anywhere, so no nonce is needed (stripe.com/docs/security/guide names the hosts).
 */
export function allowGateway(res: Response, origins: GatewayOrigins): void {
  let policy = policies.get(origins);
  if (!policy) {
    policy = [
      "default-src 'none'",
      `script-src ${["'self'", ...origins.script].join(' ')}`,
      "style-src 'self'",
      `img-src ${["'self'", 'data:', ...origins.image].join(' ')}`,
      "font-src 'self'",
      `connect-src ${["'self'", ...origins.connect].join(' ')}`,
      `frame-src ${origins.frame.join(' ') || "'none'"}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ].join('; ');
    policies.set(origins, policy);
  }
  res.setHeader('Content-Security-Policy', policy);
}
