import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { PAGE, pageOf } from '../http/list-page.ts';
import { mergeMetadata, readParams, type Shape } from '../http/read-params.ts';
import { newId } from '../ids.ts';
import { takePaymentMethod } from '../payment-methods/take-payment-method.ts';

const CUSTOMER = {
  name: 'string',
  email: 'string',
  phone: 'string',
  description: 'string',
  metadata: 'map',
  preferred_locales: 'strings',
  address: 'opaque',
  invoice_settings: { default_payment_method: 'string' },
} as const satisfies Shape;

/** POST /v1/customers */
export function createCustomer(call: Call): Stripe.Customer {
  const params = readParams(call.form, CUSTOMER);
  const customer: Stripe.Customer = {
    id: newId('cus'),
    object: 'customer',
    address: null,
    balance: 0,
    created: call.nowSeconds,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: params.description || null,
    email: params.email || null,
    invoice_prefix: randomBytes(4).toString('hex').toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: params.invoice_settings?.default_payment_method || null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: params.metadata || {},
    name: params.name || null,
    phone: params.phone || null,
    preferred_locales: params.preferred_locales ?? [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  } as Stripe.Customer;
  call.books.put('customer', customer);
  call.emit('customer.created', customer);
  return customer;
}

/** POST /v1/customers/:id */
export function updateCustomer(call: Call): Stripe.Customer {
  const params = readParams(call.form, CUSTOMER);
  const before = need(call, 'customer', call.id, 'customer');
  const text = (name: 'name' | 'email' | 'phone' | 'description') =>
    (params[name] === undefined ? before[name] : params[name]) || null;
  const preferred = params.invoice_settings?.default_payment_method;
  if (preferred) takePaymentMethod(call, preferred, before.id);
  const after: Stripe.Customer = {
    ...before,
    name: text('name'),
    email: text('email'),
    phone: text('phone'),
    description: text('description'),
    metadata: mergeMetadata(before.metadata, params.metadata),
    invoice_settings: {
      ...before.invoice_settings,
      default_payment_method:
        preferred === undefined ? before.invoice_settings.default_payment_method : preferred || null,
    },
  };
  call.books.put('customer', after);
  call.emit('customer.updated', after, { name: before.name, email: before.email });
  return after;
}

/** DELETE /v1/customers/:id. Its cards go with it. */
export function deleteCustomer(call: Call): { id: string; object: 'customer'; deleted: true } {
  const customer = need(call, 'customer', call.id, 'customer');
  for (const method of call.books.list('payment_method', { equals: { customer: customer.id } })) {
    const hidden = call.books.hidden('payment_method', method.id);
    call.books.put('payment_method', { ...method, customer: null }, { ...hidden, spent: true });
  }
  call.books.remove('customer', customer.id);
  call.emit('customer.deleted', customer);
  return { id: customer.id, object: 'customer', deleted: true };
}

/** GET /v1/customers */
export function listCustomers(call: Call) {
  const params = readParams(call.form, { ...PAGE, email: 'string' });
  return pageOf(call, 'customer', params, { email: params.email });
}

/** GET /v1/customers/:id/payment_methods */
export function listCustomerMethods(call: Call) {
  const params = readParams(call.form, {
    ...PAGE,
    type: ['card'],
    allow_redisplay: ['always', 'limited', 'unspecified'],
  });
  need(call, 'customer', call.id, 'customer');
  return pageOf(call, 'payment_method', params, {
    customer: call.id,
    allow_redisplay: params.allow_redisplay || undefined,
  });
}
