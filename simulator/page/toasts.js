/** Short notices over the page, and the alert a bot can answer a tap with. */

import { el } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN_MS = 4_000;

/** Show a short notice for a few seconds. */
export function toast(text, kind = "") {
  const node = el("div", { class: `toast ${kind}`, text, dir: "auto" });
  document.getElementById("toasts").append(node);
  setTimeout(() => node.classList.add("leaving"), SHOWN_MS - 300);
  setTimeout(() => node.remove(), SHOWN_MS);
}

/** Show a text until it is confirmed; the promise resolves then. */
export function alertBox(text) {
  return new Promise((resolve) => {
    const ok = el("button", { type: "submit", class: "primary", text: t("ok"), autofocus: true });
    const box = el("dialog", { class: "dialog alert" }, el("form", { method: "dialog" }, el("p", { class: "alert-text", text, dir: "auto" }), el("div", { class: "dialog-actions" }, ok)));
    box.addEventListener("close", () => {
      box.remove();
      resolve();
    });
    document.body.append(box);
    box.showModal();
  });
}

/** Say what went wrong with a request. */
export function complain(error) {
  toast(error?.message ? `${t("failed")}: ${error.message}` : t("failed"), "bad");
}
