// Building elements. Text only ever goes in as text: nothing here, and nothing that uses it, parses markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

// An address that is written out, or a command in backquotes.
const SPECIAL = /(https?:\/\/[^\s<>"'“”]+[^\s<>"'“”.,;:!?)]|`\/[^`\n]*`)/;

// Plain words, in which an address can be followed and a command stands out. It stays text: nothing else is read in it.
export function linked(words) {
  return words.split(SPECIAL).map((part, i) => {
    if (i % 2 === 0) return part;
    if (part.startsWith("`")) return el("code", {}, part.slice(1, -1));
    return el("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part);
  });
}

let toasts = 0;

export function toast(sentence) {
  const place = document.getElementById("toasts");
  const close = () => note.remove();
  const note = el("div", { class: "toast", "data-toast": String(++toasts) }, el("span", {}, linked(sentence)),
    el("button", { class: "icon", "aria-label": "Close", onclick: close }, "×"));
  place.append(note);
  while (place.children.length > 3) place.firstChild.remove();
  setTimeout(close, 9000);
}

// A dialog with a heading; Escape and × close it, and the focus goes back. Returns it with the place for its contents.
export function dialog(title, { onclose } = {}) {
  const body = el("div", {});
  const close = el("button", { class: "icon", "aria-label": "Close", onclick: () => box.close() }, "×");
  const box = el("dialog", { "aria-label": title }, el("div", { class: "dialog-head" }, el("h2", {}, title), close), body);
  box.addEventListener("close", () => { box.remove(); onclose?.(); });
  document.body.append(box);
  box.showModal();
  return { box, body };
}
