import type { Form } from '../http/read-form.ts';

/** JSON as the form that the API reads: all values text, nothing for what is not given. */
export function formOfJson(json: object): Form {
  const form: Form = {};
  for (const [name, value] of Object.entries(json)) {
    if (value === undefined || value === null) continue;
    form[name] = typeof value === 'object' ? formOfJson(value) : String(value);
  }
  return form;
}
