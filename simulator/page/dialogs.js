/** Questions the page asks in a modal window: forms of a few fields, and small menus. */

import { append, el, icon } from "./dom.js";
import { t } from "./i18n.js";
import { complain } from "./toasts.js";

/**
 * Ask for a few fields.
 * @param {Object} question
 * @param {string} question.title
 * @param {string} [question.hint]
 * @param {Array<Object>} question.fields `{name, label, type?, value?, required?, options?: [[value, label]], ...}`
 * @param {string} question.action the confirming button's words
 * @param {function(FormData): Promise<void>} question.send done with the answers; an error keeps the window open
 */
export function ask({ title, hint, fields, action, send }) {
  const form = el("form", { class: "form" });
  const box = el("dialog", { class: "dialog", "aria-label": title }, form);
  const submit = el("button", { type: "submit", class: "primary", text: action });
  append(form, [
    el("h2", { text: title }),
    hint && el("p", { class: "faint", text: hint }),
    fields.map(field),
    el("div", { class: "dialog-actions" }, el("button", { type: "button", text: t("cancel"), on: { click: () => box.close() } }), submit),
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await send(new FormData(form));
      box.close();
    } catch (error) {
      complain(error);
    } finally {
      submit.disabled = false;
    }
  });
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => event.target === box && box.close());
  document.body.append(box);
  box.showModal();
  form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  return form;
}

function field({ name, label, options, type = "text", value = "", ...rest }) {
  const id = `field-${name}`;
  let input;
  if (options) {
    input = el("select", { id, name, ...rest }, options.map(([key, words]) => el("option", { value: key, text: words })));
    if (value) input.value = value;
  } else if (type === "textarea") {
    input = el("textarea", { id, name, rows: 3, value, ...rest });
  } else if (type === "checkbox") {
    input = el("input", { id, name, type, checked: Boolean(value), ...rest });
    return el("label", { class: "check", for: id }, input, label);
  } else {
    input = el("input", { id, name, type, value, autocomplete: "off", ...rest });
  }
  return el("label", { class: "field", for: id }, el("span", { text: label }), input);
}

let open = null;

/**
 * Open a menu beside a button.
 * @param {HTMLElement} anchor
 * @param {Array<{icon?: string, label: string, act: function()}>} entries
 */
export function menu(anchor, entries) {
  closeMenu();
  const items = entries.map((entry) =>
    el("button", { type: "button", role: "menuitem", class: "menu-item", on: { click: () => (closeMenu(), entry.act()) } }, entry.icon && icon(entry.icon), entry.label),
  );
  const list = el("div", { class: "menu", role: "menu" }, items);
  list.addEventListener("keydown", (event) => walk(event, items));
  document.body.append(list);
  position(list, anchor);
  open = { list, anchor };
  anchor.setAttribute("aria-expanded", "true");
  items[0]?.focus();
  setTimeout(() => document.addEventListener("pointerdown", outside));
}

/** Close the menu that is open, if any, and give the focus back. */
export function closeMenu() {
  if (!open) return;
  document.removeEventListener("pointerdown", outside);
  open.list.remove();
  open.anchor.setAttribute("aria-expanded", "false");
  open.anchor.focus({ preventScroll: true });
  open = null;
}

function outside(event) {
  if (open && !open.list.contains(event.target)) closeMenu();
}

function walk(event, items) {
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    closeMenu();
  } else if (event.key in steps) {
    event.preventDefault();
    items[(at + steps[event.key] + items.length) % items.length].focus();
  }
}

function position(list, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = list.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.right - size.width), window.innerWidth - size.width - 8);
  const below = at.bottom + 6 + size.height <= window.innerHeight;
  const top = below ? at.bottom + 6 : Math.max(8, at.top - size.height - 6);
  list.style.left = `${left}px`;
  list.style.top = `${top}px`;
}
