// A list of messages: the channel's, or a thread's. It stays at its end while the reader is there.

import * as cards from "./cards.js";
import { el } from "./dom.js";

export class Log {
  // `actor(log)` acts for its buttons; `thread(id)` opens a thread, where there is one to open.
  constructor(label, { thread = null } = {}) {
    this.node = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": label, tabindex: "0" });
    this.list = el("ol", {});
    this.node.append(this.list);
    this.thread = thread;
    this.said = new Map();
  }

  bind(actor) { this.actor = actor; }

  items() { return [...this.said.values()]; }

  atEnd() { return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 80; }

  toEnd() { this.node.scrollTop = this.node.scrollHeight; }

  fill(messages) {
    this.said = new Map(messages.map((message) => [message.id, message]));
    const notes = [...this.list.querySelectorAll(":scope > .private")];
    this.list.replaceChildren(...this.items().map((message, i, all) => this.draw(message, all[i - 1])), ...notes);
    this.toEnd();
  }

  prepend(messages) {
    const height = this.node.scrollHeight;
    const top = this.node.scrollTop;
    this.fill([...messages, ...this.items()]);
    this.node.scrollTop = top + this.node.scrollHeight - height;
  }

  draw(message, before) {
    return cards.message(message, before, { press: this.actor.press(message), thread: this.thread });
  }

  // Post or edit. An edit keeps the reader's focus on the button that had it, and never goes back to an older version.
  put(message) {
    const old = this.said.get(message.id);
    if (old && old.version > message.version) return;
    const end = this.atEnd();
    this.said.set(message.id, message);
    const keys = [...this.said.keys()];
    const node = this.draw(message, this.said.get(keys[keys.indexOf(message.id) - 1]));
    const there = this.list.querySelector(`:scope > [data-id="${CSS.escape(message.id)}"]`);
    if (there) {
      const held = there.contains(document.activeElement) ? document.activeElement.dataset.command : null;
      there.replaceWith(node);
      if (held) node.querySelector(`[data-command="${CSS.escape(held)}"]`)?.focus();
    } else this.list.append(node);
    if (end) this.toEnd();
  }

  // What only this person sees; gone with ×. Returns what closes it.
  note(content) {
    const close = () => item.remove();
    const item = el("li", { class: "private" }, el("div", { class: "meta" }, "Only you see this",
      el("button", { class: "icon", type: "button", "aria-label": "Put away", onclick: close }, "×")), content);
    this.list.append(item);
    item.scrollIntoView({ block: item.offsetHeight > this.node.clientHeight ? "start" : "nearest" });
    return close;
  }
}
