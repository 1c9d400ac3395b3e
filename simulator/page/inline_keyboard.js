/** The buttons under a message. */

import { el, icon } from "./dom.js";
import { safeUrl, startOf } from "./entities.js";
import { t } from "./i18n.js";
import { toast } from "./toasts.js";

const GIVE_UP_AFTER_MS = 15_000;

/**
 * Build the keyboard of a message.
 * @param {Object} message
 * @param {Array<Array<Object>>} rows buttons as the Bot API describes them
 * @param {function(Object, number, number): Promise<void>} press resolves when the bot has answered the tap
 */
export function inlineKeyboard(message, rows, press) {
  return el(
    "div",
    { class: "inline-keyboard" },
    rows.map((row, rowIndex) =>
      el(
        "div",
        { class: "inline-row" },
        row.map((button, column) => inlineButton(button, () => press(message, rowIndex, column))),
      ),
    ),
  );
}

function inlineButton(button, press) {
  const href = button.url && !startOf(button.url) ? safeUrl(button.url) : null;
  if (href) {
    return el("a", { class: "inline-button", href, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, button.text, icon("link"));
  }
  const node = el("button", { type: "button", class: `inline-button${button.style ? ` style-${button.style}` : ""}`, text: button.text, dir: "auto" });
  node.addEventListener("click", () => act(button, node, press));
  return node;
}

async function act(button, node, press) {
  if (button.copy_text) {
    await copy(button.copy_text.text);
    return;
  }
  if (button.callback_data === undefined && !button.url) {
    toast(t("unsupportedButton"));
    return;
  }
  if (node.classList.contains("waiting")) return;
  node.classList.add("waiting");
  node.setAttribute("aria-busy", "true");
  const late = new Promise((resolve) => setTimeout(resolve, GIVE_UP_AFTER_MS));
  await Promise.race([press(), late]);
  node.classList.remove("waiting");
  node.removeAttribute("aria-busy");
}

/** Put a text into the clipboard and say so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
  } catch {
    toast(t("notCopied"));
  }
}
