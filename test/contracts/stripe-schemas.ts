/**
 * JSON schemas of Stripe's objects, derived from the typings of the installed `stripe` package: what the SDK says an
 * answer looks like, the sandbox must send. Stripe publishes no description of exactly the version that the SDK speaks.
 *
 * A field that is not optional in the typings is required, null or not. Open enums (`'a' | 'b' | OtherString`) are
 * closed here, and unknown fields refused: the sandbox sends nothing that is not documented. Objects and kinds of
 * payment that it does not play are left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as TypeScript from 'typescript-5';

type Schema = Record<string, unknown>;
export interface Schemas {
  /** By the name in `object`; the types inside them have numbers. */
  $defs: Record<string, Schema>;
}

const root = join(import.meta.dirname, '..', '..');
const stripeRoot = join(root, 'node_modules', 'stripe');

/** Name in `object` → file and type in the SDK. */
const OBJECTS = {
  payment_intent: ['PaymentIntents', 'PaymentIntent'],
  setup_intent: ['SetupIntents', 'SetupIntent'],
  payment_method: ['PaymentMethods', 'PaymentMethod'],
  confirmation_token: ['ConfirmationTokens', 'ConfirmationToken'],
  customer: ['Customers', 'Customer'],
  charge: ['Charges', 'Charge'],
  refund: ['Refunds', 'Refund'],
  dispute: ['Disputes', 'Dispute'],
  balance: ['Balance', 'Balance'],
  balance_transaction: ['BalanceTransactions', 'BalanceTransaction'],
  payout: ['Payouts', 'Payout'],
  event: ['Events', 'EventBase'],
  account: ['Accounts', 'Account'],
  webhook_endpoint: ['WebhookEndpoints', 'WebhookEndpoint'],
} as const;

/** Numbers are whole unless their name says otherwise. */
const FRACTION = /percent|(^|_)rate$|decimal|latitude|longitude|score/;

const { version } = JSON.parse(readFileSync(join(stripeRoot, 'package.json'), 'utf8')) as { version: string };
/** Names what is kept in the cache; the last number counts changes of this file. */
export const SCHEMAS_ID = `stripe-schemas-${version}-7`;
export const OBJECT_NAMES = Object.keys(OBJECTS);

/** Derived from the typings, which takes seconds. */
export async function stripeSchemas(): Promise<Schemas> {
  const { default: ts } = (await import('typescript-5')) as unknown as { default: typeof TypeScript };
  const fileOf = (name: string) => join(stripeRoot, 'esm', 'resources', `${name}.d.ts`);
  const program = ts.createProgram(
    Object.values(OBJECTS).map(([file]) => fileOf(file)),
    {
      strict: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
    },
  );
  const checker = program.getTypeChecker();
  const $defs: Record<string, Schema> = {};
  const names = new Map<TypeScript.Type, string>();

  for (const [name, [file, typeName]] of Object.entries(OBJECTS)) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(fileOf(file))!)!;
    const symbol = checker.getExportsOfModule(module).find((candidate) => candidate.name === typeName)!;
    names.set(checker.getDeclaredTypeOfSymbol(symbol), name);
  }
  for (const [type, name] of [...names]) $defs[name] = objectSchema(type);
  return { $defs };

  function schemaOf(type: TypeScript.Type, name: string): Schema {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    if (type.isUnion()) return unionSchema(type, name);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
    if (flags & ts.TypeFlags.String) return { type: 'string' };
    if (flags & ts.TypeFlags.Number) return { type: FRACTION.test(name) ? 'number' : 'integer' };
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (flags & (ts.TypeFlags.Never | ts.TypeFlags.VoidLike)) return { not: {} };
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type as TypeScript.TypeReference);
      return { type: 'array', items: schemaOf(item!, name) };
    }
    if (isOpenEnumMark(type) || type.symbol?.name === 'Decimal') return { type: 'string' };
    return reference(type);
  }

  function unionSchema(type: TypeScript.UnionType, name: string): Schema {
    let parts = type.types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    if (parts.some((part) => part.isStringLiteral())) parts = parts.filter((part) => !isOpenEnumMark(part));
    parts = parts.filter((part) => !isForeignObject(part));
    const words = parts.filter((part) => part.isStringLiteral()).map(({ value }) => value);
    const others = parts.filter((part) => !part.isStringLiteral()).map((part) => schemaOf(part, name));
    if (words.length > 0) others.push({ enum: words });
    return others.length === 1 ? others[0]! : { anyOf: others };
  }

  /** An object that the sandbox does not play: only its id may stand where it could be expanded. */
  function isForeignObject(type: TypeScript.Type): boolean {
    const field = type.getProperty('object');
    return field !== undefined && !names.has(type) && checker.getTypeOfSymbol(field).isStringLiteral();
  }

  /** The SDK writes "or any other string" as an intersection with string. */
  function isOpenEnumMark(type: TypeScript.Type): boolean {
    return type.isIntersection() && type.types.some(({ flags }) => flags & ts.TypeFlags.String);
  }

  /** One definition for each type, so that objects may contain each other. */
  function reference(type: TypeScript.Type): Schema {
    let name = names.get(type);
    if (!name) {
      name = `t${names.size}`;
      names.set(type, name);
      $defs[name] = objectSchema(type);
    }
    return { $ref: `#/$defs/${name}` };
  }

  /** Beside `card` stand dozens of other kinds of payment, which the sandbox does not play. */
  function isOtherKind({ name, flags }: TypeScript.Symbol): boolean {
    return name !== 'card' && (flags & ts.SymbolFlags.Optional) !== 0 && name !== 'allow_redisplay';
  }

  function objectSchema(type: TypeScript.Type): Schema {
    const all = type.getProperties().filter(({ name }) => name !== 'lastResponse' && name !== 'toJSON');
    const fields = type.getProperty('card') ? all.filter((field) => !isOtherKind(field)) : all;
    const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
    if (index && fields.length === 0) return { type: 'object', additionalProperties: schemaOf(index.type, '') };
    if (all.length === 0) return { type: 'object' };
    const properties = fields.map((field) => [field.name, schemaOf(checker.getTypeOfSymbol(field), field.name)]);
    const required = fields.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
    return { type: 'object', properties: Object.fromEntries(properties), required, additionalProperties: false };
  }
}
