// The command bar and the keys that lead to pages; console.js does everything else.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const isTyping = (node) => node?.closest?.("input, textarea, select, [contenteditable]");

// Everything on the page that leads somewhere or does something, by its own words and its key.
const ACT_KEYS = { "act-next": "Q", "act-claim": "A", "act-hand-back": "B", "act-transfer": "T",
  "act-snooze": "S", "act-close": "E", "go-search": "G F" };

function commandsHere() {
  const found = new Map();
  for (const node of all(".talk a.button, .talk button.button, #act-next, .nav a, #go-search, .tab, a.filter")) {
    const text = (node.textContent.replace(/\s+/g, " ").trim() || node.ariaLabel || "").trim();
    const isShown = node.id.startsWith("act-") || node.matches(".nav a, #go-search, .tab");
    if (text && isShown && !found.has(text)) found.set(text, node);
  }
  return [...found];
}

function openCommands() {
  const box = one("#commands");
  if (!box || box.open) return;
  const field = one("#commands-text"), list = one("#commands-list"), known = commandsHere();
  let at = 0;
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    const rows = known.filter(([text]) => text.toLowerCase().includes(wanted));
    if (wanted) rows.push([field.value.trim(), "search"]);
    at = Math.min(at, Math.max(0, rows.length - 1));
    list.replaceChildren(...rows.map(([text, node], number) => {
      const row = document.createElement("li");
      row.role = "option";
      row.id = `command-${number}`;
      row.ariaSelected = String(number === at);
      row.textContent = node === "search" ? `${one("#go-search")?.ariaLabel || ""} “${text}”` : text;
      const key = ACT_KEYS[node.id];
      if (key) row.dataset.key = key;
      row.addEventListener("click", () => run(node, text));
      return row;
    }));
    field.setAttribute("aria-activedescendant", rows.length ? `command-${at}` : "");
    return rows;
  };
  const run = (node, text) => {
    box.close();
    if (node === "search") location.assign(`${one("#go-search").href}?q=${encodeURIComponent(text)}`);
    else node.click();
  };
  field.value = "";
  field.oninput = () => { at = 0; show(); };
  field.onkeydown = (event) => {
    if (event.isComposing) return;
    const rows = show();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % Math.max(1, rows.length);
      show();
    } else if (event.key === "Enter" && rows[at]) {
      event.preventDefault();
      run(rows[at][1], rows[at][0]);
    }
  };
  show();
  box.showModal();
}

// G and then a letter goes to a page.
const PLACES = { c: "/talks", t: "/tasks", k: "/complaints", d: "/disputes", s: "/sending",
  r: "/dashboard", l: "/audit" };
let goingSince = 0;
function goTo(key) {
  if (Date.now() - goingSince > 1_500) return false;
  goingSince = 0;
  const link = key === "f" ? one("#go-search") : one(`.nav a[href$="${PLACES[key]}"]`);
  link?.click();
  return Boolean(link);
}

// Before the single keys of console.js: a letter after G is none of those.
addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && one("#commands")) {
    event.preventDefault();
    openCommands();
    return;
  }
  const isPlainKey = !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isPlainKey && !one("dialog[open]")) {
    if (goTo(event.key.toLowerCase())) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (event.key === "g") { goingSince = Date.now(); return; }
  }
}, { capture: true });
