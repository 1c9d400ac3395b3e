/** The keyboard at the bottom, as the bot has set it. */

import { el, icon } from "./dom.js";
import { t } from "./i18n.js";

/**
 * Build the keyboard in force.
 * @param {Object} markup ReplyKeyboardMarkup
 * @param {function(Object)} press called with the KeyboardButton
 */
export function replyKeyboard(markup, press) {
  const rows = markup.keyboard.map((row) => el("div", { class: "reply-row" }, row.map((button) => replyButton(asButton(button), press))));
  return el("div", { class: `reply-keyboard${markup.resize_keyboard ? "" : " tall"}`, role: "group", "aria-label": t("botKeyboard") }, rows);
}

function asButton(button) {
  return typeof button === "string" ? { text: button } : button;
}

function replyButton(button, press) {
  const sign = button.request_contact ? "person" : button.request_location ? "place" : null;
  return el(
    "button",
    { type: "button", class: "reply-button", dir: "auto", on: { click: () => press(button) } },
    sign && icon(sign),
    el("span", { text: button.text }),
  );
}
