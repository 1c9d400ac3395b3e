/** The scrolling area: shows one chat's list, stays at its end while new messages come, keeps its place otherwise. */

import { setIcon } from "./dom.js";

const NEAR_END_PX = 90;

/** The scrolling area of the page. */
export class Feed {
  /**
   * @param {HTMLElement} area the element that scrolls
   * @param {HTMLButtonElement} downButton leads to the newest message
   */
  constructor(area, downButton) {
    this.area = area;
    this.down = downButton;
    this.chat = null;
    this.atEnd = true;
    this.top = 0;
    setIcon(downButton, "down");
    area.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    downButton.addEventListener("click", () => this.toEnd("smooth"));
    this.sizes = new ResizeObserver(() => this.atEnd && this.toEnd());
    this.sizes.observe(area);
  }

  /** Show a chat where it was left. */
  show(chat) {
    if (this.chat) this.sizes.unobserve(this.chat.list);
    this.chat = null;
    this.area.replaceChildren(chat.list);
    this.sizes.observe(chat.list);
    this.atEnd = chat.scrollTop === null;
    if (this.atEnd) this.toEnd();
    else this.area.scrollTop = chat.scrollTop;
    this.top = this.area.scrollTop;
    this.chat = chat;
    this.#scrolled();
  }

  /** Go to the newest message. */
  toEnd(behavior = "instant") {
    this.area.scrollTo({ top: this.area.scrollHeight, behavior });
  }

  /** Show one message and mark it for a moment. */
  jump(id) {
    const item = this.chat?.list.querySelector(`[data-id="${id}"]`);
    if (!item) return;
    item.scrollIntoView({ block: "center", behavior: "smooth" });
    item.classList.add("found");
    setTimeout(() => item.classList.remove("found"), 1_600);
  }

  /** Only a move upwards leaves the end: growing content does not, however much came in one frame. */
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.area;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (near) this.atEnd = true;
    else if (scrollTop < this.top) this.atEnd = false;
    this.top = scrollTop;
    this.down.hidden = this.atEnd;
    if (this.chat) this.chat.scrollTop = this.atEnd ? null : scrollTop;
  }
}
