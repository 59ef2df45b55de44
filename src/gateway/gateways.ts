import type { Connection, Gateway, HostedFields } from './gateway.ts';
import { createStripeGateway, stripeHostedFields } from './stripe-gateway.ts';

/** The one registry of gateways: which adapter serves which kind of account. */
export interface Gateways {
  open(connection: Connection): Gateway;
  /** What a page needs to show the card fields of an account; needs no secret. */
  hostedFields(account: Omit<Connection, 'secretKey'>): HostedFields;
}

/** `sandboxApiUrl` is where we reach the sandbox, `sandboxPublicUrl` where browsers do; `timeoutMs` bounds every call. */
export function createGateways(options: {
  sandboxApiUrl: string;
  sandboxPublicUrl: string;
  timeoutMs: number;
}): Gateways {
  // Clients keep their connections open, so one is made per key and kept.
  const opened = new Map<string, Gateway>();
  const shown = new Map<string, HostedFields>();
  return {
    open(connection) {
      const name = `${connection.kind} ${connection.secretKey} ${connection.publishableKey}`;
      let gateway = opened.get(name);
      if (!gateway) {
        gateway = createStripeGateway(connection, options);
        opened.set(name, gateway);
      }
      return gateway;
    },
    hostedFields({ kind, publishableKey }) {
      const name = `${kind} ${publishableKey}`;
      let fields = shown.get(name);
      if (!fields) {
        fields = stripeHostedFields({ kind, publishableKey }, options.sandboxPublicUrl);
        shown.set(name, fields);
      }
      return fields;
    },
  };
}
