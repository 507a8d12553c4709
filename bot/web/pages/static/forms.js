// A form with its fields, its errors beside them, and one verb.

import { el } from "./dom.js";
import { spans } from "./cards.js";

let count = 0;

function control(field, id) {
  const common = {
    id, name: field.name, required: field.required, "aria-invalid": field.error ? "true" : null,
    "aria-describedby": [field.hint ? `${id}-hint` : "", field.error ? `${id}-error` : ""].join(" ").trim() || null,
  };
  if (field.kind === "choice") {
    const options = field.choices.map((c) => el("option", { value: c.value, selected: c.value === field.value }, c.label));
    const none = field.required && field.value ? [] : [el("option", { value: "", selected: !field.value }, field.required ? "Choose…" : "(no choice)")];
    return el("select", common, none, options);
  }
  if (field.kind === "long") return el("textarea", { ...common, rows: "4" }, field.value);
  return el("input", { ...common, type: "text", inputmode: field.kind === "number" ? "numeric" : null, value: field.value, autocomplete: "off" });
}

function part(field) {
  if (field.kind === "hidden") return el("input", { type: "hidden", name: field.name, value: field.value });
  const id = `field-${++count}`;
  return el("div", {}, el("label", { for: id }, field.label, field.required ? null : el("span", { class: "needed" }, " (optional)")),
    control(field, id),
    field.hint ? el("p", { class: "hint", id: `${id}-hint` }, field.hint) : null,
    field.error ? el("p", { class: "error", id: `${id}-error` }, field.error) : null);
}

// `send(values)` returns nothing when it went well, else {form, error}; `cancel` closes it.
export function form(asked, send, cancel) {
  const trouble = el("p", { class: "error", role: "alert" });
  const go = el("button", { class: "button primary", type: "submit" }, asked.submit);
  const node = el("form", { class: "form", novalidate: true, "data-form": asked.id, onsubmit: onsubmit },
    asked.intro.map((line) => el("p", {}, spans(line))), trouble, asked.fields.map(part),
    el("div", { class: "row end" }, cancel ? el("button", { class: "button", type: "button", onclick: cancel }, "Not now") : null, go));

  async function onsubmit(event) {
    event.preventDefault();
    go.disabled = true;
    go.textContent = `${asked.submit} …`;
    const refused = await send(Object.fromEntries(new FormData(node)));
    go.disabled = false;
    go.textContent = asked.submit;
    if (!refused) return;
    if (!refused.form) { trouble.textContent = refused.error; return; }
    const again = form(refused.form, send, cancel);
    again.querySelector(".error").textContent = refused.form.fields.some((f) => f.error) ? "" : refused.error;
    node.replaceWith(again);
    (again.querySelector("[aria-invalid]") ?? again.querySelector("input, select, textarea"))?.focus();
  }

  return node;
}

export const firstField = (node) => [...node.querySelectorAll("input:not([type=hidden]), select, textarea")].find((c) => !c.value) ?? node.querySelector("input:not([type=hidden]), select, textarea");
