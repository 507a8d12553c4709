// Home: what waits for this person, said by the same commands that anybody can type.

import * as api from "./api.js";
import { Actor } from "./acting.js";
import { card } from "./cards.js";
import { el } from "./dom.js";

// Who answers for the promises and does not work the tickets asks about the promises first.
const linesFor = ({ roles }) => (roles.includes("manager") && !roles.some((role) => ["technician", "approver", "admin"].includes(role))
  ? ["/sla", "/status", "/list", "/help"] : ["/list", "/status", "/help"]);

export class Home {
  constructor(person, channel, menu) {
    this.actor = new Actor(channel.id, { after: () => this.load() });
    this.lines = linesFor(person);
    this.cards = el("div", { class: "cards" }, this.lines.map(() => el("div", { class: "bone" })));
    this.node = [el("div", { class: "home" },
      el("div", {}, el("h1", {}, `${person.name.split(" ")[0]}, this is how things stand`),
        el("p", { class: "lead" }, lead(person), menu ?? null)), this.cards)];
    this.turn = 0;
  }

  async load() {
    const turn = ++this.turn;
    const said = await Promise.all(this.lines.map((line) => api.say(this.actor.channel, line).catch((error) => ({ error }))));
    if (turn !== this.turn) return;
    this.cards.replaceChildren(...said.map((answer, i) => (answer.reply
      ? card(answer.reply, answer.reply.buttons, this.actor.press(null))
      : el("p", { class: "lead" }, `${this.lines[i]}: ${answer.error?.message ?? "nothing to say."}`))));
  }

  // Something moved somewhere: look again, but not ten times for ten changes, nor under the reader's finger.
  moved() {
    clearTimeout(this.later);
    this.later = setTimeout(() => (this.cards.contains(document.activeElement) || document.querySelector("dialog") ? this.moved() : this.load()), 700);
  }
}

const lead = (person) => (person.client ? "Your tickets, how our services are, and what you can ask for."
  : "What waits, what is up or down, and what you can do about it.");
