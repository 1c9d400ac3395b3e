/** The names of days between messages. */

import { el } from "./dom.js";

/** Let the item have exactly this day's name before it, or none. */
export function markDay(item, name) {
  let kept = false;
  for (let mark = item.previousElementSibling; mark?.classList.contains("day"); ) {
    const earlier = mark.previousElementSibling;
    if (!kept && mark.textContent === name) kept = true;
    else mark.remove();
    mark = earlier;
  }
  if (name !== null && !kept) item.before(el("li", { class: "day" }, el("span", { text: name })));
}
