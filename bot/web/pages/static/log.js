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
    this.from = 0; // the oldest message that is shown, where older ones are not
    this.waiting = null;
  }

  bind(actor) { this.actor = actor; }

  items() { return [...this.said.values()]; }

  atEnd() { return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 80; }

  toEnd() { this.node.scrollTop = this.node.scrollHeight; }

  // What arrives while a list is being read waits until it is there.
  hold() { this.waiting ??= []; }

  arrive(work) { if (this.waiting) this.waiting.push(work); else work(); }

  release() {
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const work of waiting) work();
  }

  fill(messages) {
    for (const message of messages) this.keep(message);
    const drawn = this.items().map((message, i, all) => this.draw(message, all[i - 1]));
    const notes = [...this.list.querySelectorAll(":scope > .private")];
    this.list.replaceChildren(...[...drawn, ...notes].sort((one, other) => placeOf(one) - placeOf(other)));
    this.toEnd();
  }

  // False for what is older than what is here, and for what lies before the oldest message that is shown.
  keep(message) {
    const old = this.said.get(message.id);
    if (old ? old.version > message.version : Number(message.id) < this.from) return false;
    const newest = [...this.said.keys()].at(-1) ?? 0;
    this.said.set(message.id, old ? newer(old, message) : message);
    if (!old && Number(message.id) < Number(newest)) this.said = new Map([...this.said].sort(([one], [other]) => one - other));
    return true;
  }

  prepend(messages) {
    const height = this.node.scrollHeight;
    const top = this.node.scrollTop;
    this.from = messages.length ? Number(messages[0].id) : this.from;
    this.fill(messages);
    this.node.scrollTop = top + this.node.scrollHeight - height;
  }

  draw(message, before) {
    return cards.message(message, before, { press: this.actor.press(message), thread: this.thread });
  }

  // Post or edit. An edit keeps the reader's focus on the button that had it, and never goes back to an older version.
  put(said) {
    if (!this.keep(said)) return;
    const message = this.said.get(said.id);
    const end = this.atEnd();
    const ids = [...this.said.keys()];
    const node = this.draw(message, this.said.get(ids[ids.indexOf(message.id) - 1]));
    const there = this.list.querySelector(`:scope > [data-id="${CSS.escape(message.id)}"]`);
    if (there) {
      const held = there.contains(document.activeElement) ? document.activeElement.dataset.command : null;
      there.replaceWith(node);
      if (held) node.querySelector(`[data-command="${CSS.escape(held)}"]`)?.focus();
    } else this.insert(node);
    if (message.card) this.drop(message.card.key);
    if (end) this.reveal(node.nextElementSibling?.matches(".private") ? node.nextElementSibling : null);
  }

  // Messages stand by their numbers, and a note below the message that it belongs to.
  insert(node) {
    const after = [...this.list.children].findLast((child) => placeOf(child) <= placeOf(node));
    if (after) after.after(node);
    else this.list.prepend(node);
  }

  reveal(note) {
    if (note) note.scrollIntoView({ block: note.offsetHeight > this.node.clientHeight ? "start" : "nearest" });
    else this.toEnd();
  }

  // What only this person sees; gone with ×. Returns what closes it. `after` is the message it belongs to, else the
  // newest. A card (`key`) that the channel shows already is not shown twice: the eye is led to it.
  note(content, { after = null, key = null } = {}) {
    const shown = key && this.node.querySelector(`.message [data-key="${CSS.escape(key)}"]`);
    if (shown) { flash(shown); return () => {}; }
    const close = () => item.remove();
    const item = el("li", { class: "private", "data-after": String(after ?? [...this.said.keys()].at(-1) ?? 0), "data-note": key },
      el("div", { class: "meta" }, "Only you see this",
        el("button", { class: "icon", type: "button", "aria-label": "Put away", onclick: close }, "×")), content);
    this.insert(item);
    this.reveal(item);
    return close;
  }

  // The channel shows this card now: nobody needs a copy of their own.
  drop(key) {
    for (const note of this.list.querySelectorAll(`:scope > [data-note="${CSS.escape(key)}"]`)) note.remove();
  }
}

const placeOf = (node) => (node.dataset.id ? Number(node.dataset.id) : Number(node.dataset.after) + 0.5);

// Replies are counted by what was read and by what arrived, whichever has seen more.
const newer = (old, message) => ({
  ...message, replies: Math.max(message.replies, old.replies),
  last_reply: Number(message.last_reply ?? 0) > Number(old.last_reply ?? 0) ? message.last_reply : old.last_reply,
});

function flash(node) {
  node.scrollIntoView({ block: "nearest" });
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), 1600);
}
