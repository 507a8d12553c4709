// The line to write in. Enter sends, Shift+Enter begins a new line, `/` offers the commands this person has.

import { el } from "./dom.js";

let known = [];
let loaded;
const commands = new Promise((resolve) => { loaded = resolve; });
export const setCommands = (list) => { known = list; loaded(); };

let count = 0;

export function composer(placeholder, send) {
  const id = `hints-${++count}`;
  const hints = el("ul", { class: "hints", id, role: "listbox", "aria-label": "Commands", hidden: true });
  const box = el("textarea", {
    rows: "1", placeholder, "aria-label": placeholder, "aria-controls": id, "aria-autocomplete": "list", maxlength: "20000",
    oninput: () => { fit(); offer(); }, onkeydown: key, onblur: () => { hints.hidden = true; },
  });
  const go = el("button", { class: "button primary", type: "submit" }, "Send");
  const node = el("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); submit(); } },
    hints, el("div", { class: "line" }, box, go));
  let chosen = -1;
  commands.then(() => { if (document.activeElement === box) offer(); });

  const fit = () => { box.style.height = "auto"; box.style.height = `${box.scrollHeight + 2}px`; };
  const set = (text) => { box.value = text; fit(); offer(); box.focus(); };

  async function submit() {
    const text = box.value;
    if (!text.trim() || go.disabled) return;
    go.disabled = true;
    set("");
    hints.hidden = true;
    if (!(await send(text)) && !box.value) set(text);
    go.disabled = false;
  }

  function offer() {
    const typed = box.value;
    const found = /^\/\S*$/.test(typed) ? known.filter((command) => command.example.startsWith(typed)).slice(0, 8) : [];
    chosen = -1;
    hints.hidden = !found.length;
    hints.replaceChildren(...found.map((command) => el("li", {
      role: "option", "aria-selected": "false", "data-word": command.example.split(" ")[0], onmousedown: (event) => { event.preventDefault(); take(event.currentTarget); },
    }, el("span", {}, command.example), el("span", { class: "about" }, command.about))));
  }

  const take = (item) => { set(`${item.dataset.word} `); hints.hidden = true; };

  function choose(step) {
    chosen = (chosen + step + hints.children.length) % hints.children.length;
    [...hints.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
  }

  function key(event) {
    if (event.isComposing) return;
    const open = !hints.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
    else if (open && event.key === "Tab") { event.preventDefault(); take(hints.children[Math.max(chosen, 0)]); }
    else if (open && event.key === "Escape") { event.stopPropagation(); hints.hidden = true; }
    else if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); if (open && chosen >= 0) take(hints.children[chosen]); else submit(); }
  }

  return { node, focus: () => box.focus(), begin: (text) => { if (!box.value) set(text); else box.focus(); } };
}
