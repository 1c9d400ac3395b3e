/** The accounts of the demo as tabs: who, their last message, how many they have not read. */

import { api } from "./api.js";
import { summary } from "./bubbles.js";
import { ask } from "./dialogs.js";
import { avatar, el } from "./dom.js";
import { clockTime, t } from "./i18n.js";

/** A person's name as the tab shows it. */
export function fullName(account) {
  return [account.first_name, account.last_name].filter(Boolean).join(" ");
}

/** The row (on a narrow screen) or column of tabs. */
export class Tabs {
  /**
   * @param {HTMLElement} root the tablist
   * @param {function(Object)} choose called with the chosen account
   */
  constructor(root, choose) {
    this.root = root;
    this.choose = choose;
    this.accounts = [];
    this.active = null;
    root.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show these accounts; tabs that stay keep their focus. */
  render(accounts, active) {
    const turned = active !== this.active;
    const { scrollLeft, scrollTop } = this.root;
    const focused = document.activeElement?.dataset?.account;
    this.accounts = accounts;
    this.active = active;
    this.root.replaceChildren(...accounts.map((account) => this.#tab(account)));
    this.root.scrollTo(scrollLeft, scrollTop);
    if (focused) this.#tabOf(focused)?.focus({ preventScroll: true });
    if (turned) this.#tabOf(active)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #tab(account) {
    const selected = account.id === this.active;
    const unread = selected ? 0 : (account.unread ?? 0);
    const last = account.last_message;
    const name = fullName(account);
    return el(
      "button",
      {
        type: "button",
        role: "tab",
        class: "account",
        id: `tab-${account.id}`,
        tabIndex: selected ? 0 : -1,
        "aria-selected": String(selected),
        "aria-controls": "chat",
        "data-account": account.id,
        "aria-label": unread ? t("tabUnread", { name, count: unread }) : name,
        on: { click: () => this.choose(account) },
      },
      avatar(name, account.id),
      el("span", { class: "account-text" }, el("span", { class: "account-name", text: name, dir: "auto" }), el("span", { class: "account-last", text: last ? summary(last) : t("notStarted"), dir: "auto" })),
      el("span", { class: "account-side" }, last && el("time", { text: clockTime(last.edit_date ?? last.date) }), unread > 0 && el("span", { class: "badge", text: String(unread) })),
    );
  }

  #key(event) {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const at = this.accounts.findIndex((account) => account.id === this.active);
    const next = this.accounts[(at + steps[event.key] + this.accounts.length) % this.accounts.length];
    this.choose(next);
    this.#tabOf(next.id)?.focus();
  }

  #tabOf(id) {
    return this.root.querySelector(`[data-account="${id}"]`);
  }
}

/** Ask for a new person and add them. */
export function askAccount(added) {
  ask({
    title: t("addAccount"),
    hint: t("addAccountHint"),
    fields: [
      { name: "first_name", label: t("firstName"), required: true, maxLength: 64 },
      { name: "last_name", label: t("lastName"), maxLength: 64 },
      { name: "username", label: t("username"), pattern: "[A-Za-z][A-Za-z0-9_]{3,31}", maxLength: 32 },
      { name: "language_code", label: t("telegramLanguage"), options: [["ru", "Русский"], ["en", "English"]] },
    ],
    action: t("add"),
    send: async (answers) => {
      const card = Object.fromEntries([...answers].filter(([, value]) => value));
      await added(await api.addAccount(card));
    },
  });
}
