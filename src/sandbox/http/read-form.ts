export type Form = { [name: string]: FormValue };
export type FormValue = string | Form;

/** `a[b]=1&c[0]=x` as nested records; lists stay records with the keys 0, 1, … until their shape is known. */
export function readForm(text: string): Form {
  const form = emptyForm();
  let position = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    const inner = [...name.matchAll(/\[([^\]]*)\]/g)].map(([, part]) => part || String(position++));
    set(form, [name.split('[', 1)[0]!, ...inner], value);
  }
  return form;
}

function set(form: Form, parts: string[], value: string): void {
  let at = form;
  for (const part of parts.slice(0, -1)) {
    const next = at[part];
    if (typeof next === 'object') at = next;
    else {
      const made = emptyForm();
      at[part] = made;
      at = made;
    }
  }
  at[parts.at(-1)!] = value;
}

/** Without a prototype, so that no parameter name can reach one. */
function emptyForm(): Form {
  return Object.create(null) as Form;
}
