/**
 * Text with Telegram's entities as elements. Offsets are UTF-16 code units, which is what JavaScript counts in too.
 * Everything is built from text nodes; links open only http, https, mailto, tel and Telegram's own addresses.
 */

import { el } from "./dom.js";
import { t } from "./i18n.js";

const PLAIN_TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const NO_COMMANDS_INSIDE = new Set(["code", "pre", "text_link", "url", "email", "bot_command", "mention", "hashtag"]);
const COMMAND = /(^|[^\w/<@.:])(\/[a-zA-Z][a-zA-Z0-9_]{0,31})(?:@\w+)?(?![\w/<>])/gu;
const DEEP_LINK = /^(?:https?:\/\/)?(?:t\.me|telegram\.me)\/(\w+)\?start=([\w-]{1,64})$/u;
const TG_DEEP_LINK = /^tg:\/\/resolve\?domain=(\w+)&start=([\w-]{1,64})$/u;

/**
 * Render a text.
 * @param {string} text
 * @param {Array<{type: string, offset: number, length: number}>} entities
 * @param {{command: function(string), deepLink: function(string, string)}} taps what a tap on a command or start link does
 */
export function richText(text, entities, taps) {
  const sorted = [...(entities ?? [])]
    .filter((entity) => entity.length > 0 && entity.offset >= 0 && entity.offset < text.length)
    .sort((left, right) => left.offset - right.offset || right.length - left.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...span(text, 0, text.length, sorted, taps, true));
  return fragment;
}

function span(text, start, end, entities, taps, commands) {
  const nodes = [];
  let at = start;
  let next = 0;
  while (next < entities.length) {
    const entity = entities[next];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    const inside = [];
    next += 1;
    while (next < entities.length && entities[next].offset < to) {
      inside.push(entities[next]);
      next += 1;
    }
    if (to <= from) continue;
    nodes.push(...leaf(text.slice(at, from), taps, commands));
    const children = span(text, from, to, inside, taps, commands && !NO_COMMANDS_INSIDE.has(entity.type));
    nodes.push(wrap(entity, text.slice(from, to), children, taps));
    at = to;
  }
  nodes.push(...leaf(text.slice(at, end), taps, commands));
  return nodes;
}

function leaf(text, taps, commands) {
  if (!text) return [];
  if (!commands) return [document.createTextNode(text)];
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(COMMAND)) {
    const from = found.index + found[1].length;
    if (from > at) nodes.push(document.createTextNode(text.slice(at, from)));
    const shown = found[0].slice(found[1].length);
    nodes.push(commandLink(shown, taps));
    at = from + shown.length;
  }
  if (at < text.length) nodes.push(document.createTextNode(text.slice(at)));
  return nodes;
}

function commandLink(shown, taps) {
  return el("button", { type: "button", class: "command", text: shown, on: { click: () => taps.command(shown) } });
}

function wrap(entity, shown, children, taps) {
  const tag = PLAIN_TAGS[entity.type];
  if (tag) return el(tag, {}, children);
  switch (entity.type) {
    case "pre":
      return el("pre", { "data-language": entity.language }, el("code", {}, children));
    case "blockquote":
    case "expandable_blockquote":
      return quote(entity, children);
    case "spoiler":
      return spoiler(children);
    case "bot_command":
      return commandLink(shown, taps);
    case "text_link":
      return link(entity.url ?? "", children, taps);
    case "url":
      return link(/^[a-z][a-z0-9+.-]*:/iu.test(shown) ? shown : `https://${shown}`, children, taps);
    case "email":
      return link(`mailto:${shown}`, children, taps);
    case "phone_number":
      return link(`tel:${shown.replace(/[^\d+]/gu, "")}`, children, taps);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return el("span", { class: "mention" }, children);
    default:
      return el("span", {}, children);
  }
}

function quote(entity, children) {
  const node = el("blockquote", {}, children);
  if (entity.type === "expandable_blockquote") {
    node.classList.add("folded");
    node.tabIndex = 0;
    const unfold = () => node.classList.toggle("folded");
    node.addEventListener("click", unfold);
    node.addEventListener("keydown", (event) => event.key === "Enter" && unfold());
  }
  return node;
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", role: "button", tabIndex: 0, "aria-label": t("spoiler") }, children);
  const reveal = () => {
    node.classList.add("revealed");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && reveal());
  return node;
}

/** Take an address apart that would start a bot: `[bot, payload]`, or null. */
export function startOf(url) {
  const found = DEEP_LINK.exec(url) ?? TG_DEEP_LINK.exec(url);
  return found ? [found[1], found[2]] : null;
}

/** The address when it is of a kind a browser may open, else null. */
export function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:", "tel:", "tg:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

function link(url, children, taps) {
  const start = startOf(url);
  if (start) {
    return el("button", { type: "button", class: "command", title: url, on: { click: () => taps.deepLink(...start) } }, children);
  }
  const href = safeUrl(url);
  if (!href) return el("span", { class: "mention" }, children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, children);
}
