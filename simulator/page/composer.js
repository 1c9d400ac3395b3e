/** Where one writes: text field, attach and command buttons, reply and edit heads, the bot's keyboard below. */

import { api } from "./api.js";
import { attachMenu, askContact, askPlace } from "./attach.js";
import { summary } from "./bubbles.js";
import { CommandList } from "./commands.js";
import { el, icon } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { replyKeyboard } from "./reply_keyboard.js";
import { complain, toast } from "./toasts.js";

const MAX_TEXT = 4096;
const touch = matchMedia("(pointer: coarse)");

/** The composer of whichever chat is shown. */
export class Composer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.chat = null;
    this.#build();
    onLanguage(() => {
      this.#build();
      this.render();
    });
  }

  #build() {
    this.input = el("textarea", { class: "composer-text", id: "composer-text", rows: 1, maxLength: MAX_TEXT * 2, dir: "auto", enterKeyHint: "send", "aria-label": t("message") });
    this.commandList = new CommandList(this.input, (command) => this.#sendText(command));
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("input", () => this.#typed());
    this.commandButton = this.#button("slash", null, t("commands"), () => this.commandList.toggle());
    this.commandButton.textContent = "/";
    this.attachButton = this.#button("attach", "attach", t("attach"), () => attachMenu(this.attachButton, this.chat));
    this.keyboardButton = this.#button("toggle", "keyboard", t("showKeyboard"), () => this.#toggleKeyboard());
    this.sendButton = this.#button("send", "send", t("send"), () => this.submit());
    this.head = el("div", { class: "composer-head", hidden: true });
    this.row = el("div", { class: "composer-row" }, this.commandButton, this.attachButton, this.input, this.keyboardButton, this.sendButton);
    this.big = el("button", { type: "button", class: "composer-big", hidden: true });
    this.keyboard = el("div", { class: "composer-keyboard" });
    this.row.hidden = this.chat === null;
    this.root.replaceChildren(this.commandList.node, this.head, this.row, this.big, this.keyboard);
  }

  #button(name, sign, label, act) {
    return el("button", { type: "button", class: `icon-button ${name}`, "aria-label": label, title: label, on: { click: act } }, sign && icon(sign));
  }

  /** Turn to another chat; what was typed for the first stays its draft. */
  show(chat) {
    this.chat = chat;
    this.input.value = chat.draft;
    this.commandList.close();
    this.render();
    this.#grow();
    if (!touch.matches) this.input.focus({ preventScroll: true });
  }

  /** Show the chat's present state around what is typed. */
  render() {
    if (!this.chat) return;
    const { chat } = this;
    this.commandList.commands = chat.commands;
    this.commandButton.hidden = chat.commands.length === 0;
    this.#renderHead();
    this.#renderKeyboard();
    const big = chat.blocked ? ["unblock", () => api.unblock(chat.account.id)] : chat.started ? null : ["start", () => api.start(chat.account.id)];
    this.big.hidden = !big;
    this.row.hidden = Boolean(big);
    this.keyboard.hidden ||= Boolean(big);
    if (big) {
      this.big.textContent = t(big[0]);
      this.big.onclick = () => big[1]().then(() => chat.refresh()).catch(complain);
    }
    this.sendButton.disabled = this.input.value.trim() === "";
  }

  #renderHead() {
    const { editing, replyTo } = this.chat;
    const about = editing ?? replyTo;
    this.head.hidden = !about;
    if (!about) return;
    const cancel = this.#button("cancel", "close", t("cancel"), () => this.#dropHead());
    this.head.replaceChildren(
      icon(editing ? "edit" : "reply"),
      el("div", { class: "composer-about" }, el("strong", { text: editing ? t("editing") : t("replyingTo", { name: about.from?.first_name ?? "" }), dir: "auto" }), el("span", { text: summary(about), dir: "auto" })),
      cancel,
    );
  }

  #renderKeyboard() {
    const { keyboard } = this.chat;
    const usable = Boolean(keyboard?.keyboard);
    this.keyboardButton.hidden = !usable;
    this.keyboardButton.classList.toggle("active", this.chat.keyboardShown);
    this.keyboardButton.setAttribute("aria-pressed", String(this.chat.keyboardShown));
    this.input.placeholder = keyboard?.input_field_placeholder ?? t("message");
    this.keyboard.hidden = !(usable && this.chat.keyboardShown);
    this.keyboard.replaceChildren(...(usable ? [replyKeyboard(keyboard, (button) => this.#pressed(button))] : []));
  }

  #toggleKeyboard() {
    this.chat.keyboardShown = !this.chat.keyboardShown;
    this.#renderKeyboard();
  }

  async #pressed(button) {
    const { chat } = this;
    if (button.request_contact) askContact(chat, true);
    else if (button.request_location) askPlace(chat);
    else if (button.request_poll || button.request_users || button.request_chat || button.web_app) toast(t("unsupportedButton"));
    else {
      try {
        await api.press(chat.account.id, button.text);
      } catch (error) {
        complain(error);
        return;
      }
    }
    if (chat.keyboard?.one_time_keyboard) {
      chat.keyboardShown = false;
      this.#renderKeyboard();
    }
  }

  /** Begin an answer to a message. */
  reply(message) {
    this.chat.replyTo = message;
    this.chat.editing = null;
    this.render();
    this.input.focus();
  }

  /** Begin to edit an own message. */
  edit(message) {
    this.chat.editing = message;
    this.chat.replyTo = null;
    this.input.value = message.text ?? message.caption ?? "";
    this.#typed();
    this.render();
    this.input.focus();
  }

  #dropHead() {
    if (this.chat.editing) this.input.value = "";
    this.chat.editing = null;
    this.chat.replyTo = null;
    this.#typed();
    this.render();
  }

  #typed() {
    this.chat.draft = this.input.value;
    this.sendButton.disabled = this.input.value.trim() === "";
    this.#grow();
  }

  #grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 180)}px`;
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !touch.matches) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && (this.chat.editing ?? this.chat.replyTo)) {
      this.#dropHead();
    } else if (event.key === "ArrowUp" && this.input.value === "") {
      const last = this.chat.lastOwnText();
      if (last) {
        event.preventDefault();
        this.edit(last);
      }
    }
  }

  /** Send what is typed (or the edit); an error leaves it in the field. */
  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    if (text.length > MAX_TEXT) {
      toast(t("tooLong", { count: MAX_TEXT }), "bad");
      return;
    }
    const { chat } = this;
    const { editing } = chat;
    try {
      if (editing) await api.edit(chat.account.id, editing.message_id, editing.text ? { text } : { caption: text });
      else await api.send(chat.account.id, text, chat.replyTo?.message_id);
    } catch (error) {
      complain(error);
      return;
    }
    chat.draft = "";
    chat.editing = null;
    chat.replyTo = null;
    if (this.chat === chat) {
      this.input.value = "";
      this.#grow();
      this.commandList.close();
      this.render();
    }
  }

  #sendText(text) {
    this.input.value = text;
    this.submit();
  }
}
