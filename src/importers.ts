import { customerImporter } from './customers/import-customer.ts';
import type { Importers } from './imports/importer.ts';
import { invoiceImporter } from './invoices/import-invoice.ts';

/** What can be imported, and what its lines become. */
export const importers: Importers = { customers: customerImporter, invoices: invoiceImporter };
