/**
 * The page's own words, in Russian and English. What the bot says comes in the bot's language and is left alone.
 */

import { EN } from "./words_en.js";
import { RU } from "./words_ru.js";

const WORDS = { en: EN, ru: RU };
const STORED = "zveno.page.language";
const listeners = new Set();

let language = stored() ?? (navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en");

function stored() {
  const value = localStorage.getItem(STORED);
  return value in WORDS ? value : null;
}

/** The language in force: "en" or "ru". */
export function current() {
  return language;
}

/** The word of that key, with `{name}` filled from params. */
export function t(key, params = {}) {
  const template = WORDS[language][key] ?? EN[key] ?? key;
  return template.replace(/\{(\w+)\}/gu, (whole, name) => String(params[name] ?? whole));
}

/** Write the words of every element under root that names a key. */
export function translate(root = document) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
    if (node.tagName === "BUTTON") node.title = t(node.dataset.tLabel);
  }
}

/** Call back whenever the language changes. */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** Speak the other language from now on; remembered by this browser. */
export function switchLanguage() {
  language = language === "ru" ? "en" : "ru";
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
  translate();
  for (const listener of listeners) listener();
}

/** The reader's own region where it speaks the language in force. */
function locale() {
  return navigator.languages.find((known) => known.toLowerCase().startsWith(language)) ?? (language === "en" ? "en-GB" : language);
}

/** "14:05" */
export function clockTime(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** "Today", "Yesterday", "24 November" */
export function dayName(seconds) {
  const day = new Date(seconds * 1000);
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const ago = Math.ceil((midnight - day) / 86_400_000);
  if (ago === 0 && day < new Date(midnight.getTime() + 86_400_000)) return t("today");
  if (ago === 1) return t("yesterday");
  const year = day.getFullYear() === midnight.getFullYear() ? undefined : "numeric";
  return day.toLocaleDateString(locale(), { day: "numeric", month: "long", year });
}

/** "240 KB" */
export function fileSize(bytes) {
  if (!bytes) return "";
  const units = [t("bytes"), t("kilobytes"), t("megabytes")];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toLocaleString(locale(), { maximumFractionDigits: value < 10 && unit ? 1 : 0 })} ${units[unit]}`;
}
