/** The list of the bot's commands over the text field: opened by the "/" button, filtered while one types. */

import { el } from "./dom.js";
import { t } from "./i18n.js";

/** A list that follows a text field. */
export class CommandList {
  /**
   * @param {HTMLTextAreaElement} input
   * @param {function(string)} choose called with the chosen command, "/" included
   */
  constructor(input, choose) {
    this.input = input;
    this.choose = choose;
    this.commands = [];
    this.at = 0;
    this.node = el("ul", { class: "commands", id: "commands", role: "listbox", hidden: true, "aria-label": t("commands") });
    input.setAttribute("aria-controls", "commands");
    input.setAttribute("aria-autocomplete", "list");
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("input", () => this.follow());
    input.addEventListener("blur", () => setTimeout(() => document.activeElement === input || this.close(), 150));
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** Show those that begin with what is typed, while it is a command without text. */
  follow() {
    const typed = /^\/(\w*)$/u.exec(this.input.value);
    this.#show(typed ? this.commands.filter((known) => known.command.startsWith(typed[1].toLowerCase())) : []);
  }

  /** Show all, or close. */
  toggle() {
    this.#show(this.isOpen ? [] : this.commands);
    this.input.focus();
  }

  /** Close the list. */
  close() {
    this.#show([]);
  }

  #show(matching) {
    this.matching = matching;
    this.at = 0;
    this.node.hidden = matching.length === 0;
    this.node.replaceChildren(...matching.map((known, index) => this.#entry(known, index)));
    this.#mark();
  }

  #entry(known, index) {
    return el(
      "li",
      {
        class: "command-entry",
        id: `command-${index}`,
        role: "option",
        on: { pointerdown: (event) => event.preventDefault(), click: () => this.#chosen(known) },
      },
      el("strong", { text: `/${known.command}` }),
      el("span", { text: known.description, dir: "auto" }),
    );
  }

  #mark() {
    [...this.node.children].forEach((entry, index) => entry.setAttribute("aria-selected", String(index === this.at)));
    if (this.isOpen) this.input.setAttribute("aria-activedescendant", `command-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
    this.node.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  #chosen(known) {
    this.close();
    this.choose(`/${known.command}`);
  }

  #key(event) {
    if (!this.isOpen) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      this.at = (this.at + steps[event.key] + this.matching.length) % this.matching.length;
      this.#mark();
    } else if (event.key === "Enter" && !event.shiftKey) {
      this.#chosen(this.matching[this.at]);
    } else if (event.key === "Tab") {
      this.input.value = `/${this.matching[this.at].command} `;
      this.close();
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
