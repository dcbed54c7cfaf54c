// Adds to pages that already work: live updates, keys, the guard, drafts. It fetches the same
// templates that the server renders and puts them where `data-part` says.

const PART = { "X-Part": "1" };
const REFRESH_EVERY = 30_000;
const REFRESH_AFTER = 120;
const OFFLINE_AFTER = 3_000;
const GUARD_AFTER = 250;
const TOAST_FOR = 5_000;
const SAY_AT_MOST_EVERY = 10_000;
const SESSION_WARNING = 28 * 60_000;

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const body = () => document.body.dataset;
const words = () => JSON.parse(body().words || "{}");
const word = (key, values = {}) => {
  const [single, many = single] = (words()[key] || "").split(" | ");
  return (values.n === 1 ? single : many).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
};
const isTyping = (node) => node?.closest?.("input, textarea, select, [contenteditable]");
const csrf = () => one('input[name="csrf"]')?.value || "";

// --- parts: put what the server sent where it belongs -------------------------------------------

async function fetchPage(url, options = {}) {
  const response = await fetch(url, { credentials: "same-origin", ...options });
  if (response.status === 401) location.reload();
  const text = await response.text();
  return { response, page: new DOMParser().parseFromString(text, "text/html") };
}

function putPart(place, fresh) {
  if (place.matches("ol, ul")) putList(place, fresh);
  else if (place.dataset.part === "answer") putAnswer(place, fresh);
  else {
    keepOpen(place, fresh);
    if (place.innerHTML !== fresh.innerHTML) place.innerHTML = fresh.innerHTML;
  }
}

// The box is replaced only when it comes or goes, so that nothing typed is ever lost.
function putAnswer(place, fresh) {
  const had = Boolean(one("#reply", place)), has = Boolean(one("#reply", fresh));
  if (had !== has) { place.innerHTML = fresh.innerHTML; prepareReply(); }
}

function putList(place, fresh) {
  const old = new Map([...place.children].map((item) => [item.id, item]));
  const next = [...fresh.children];
  const gone = [...old.keys()].filter((id) => !next.some((item) => item.id === id));
  if (place.id === "rows" && gone.length && place.matches(":hover")) return holdRows(gone.length);
  const focused = document.activeElement?.closest?.("li")?.id;
  let after = null;
  for (const item of next) {
    const same = old.get(item.id);
    if (same) keepOpen(same, item);
    const node = same && same.outerHTML === item.outerHTML ? same : item;
    if (same && node !== same) same.replaceWith(node);
    const where = after ? after.nextSibling : place.firstChild;
    if (node !== where) place.insertBefore(node, where);
    after = node;
  }
  for (const id of gone) old.get(id).remove();
  if (focused && !place.contains(document.activeElement))
    one("a, button", document.getElementById(focused) || document.createElement("i"))?.focus();
}

function keepOpen(old, fresh) {
  const before = all("details", old);
  all("details", fresh).forEach((d, at) => { d.open = before[at]?.open ?? d.open; });
}

// Rows never move away from under the pointer: a bar says so until it leaves the list.
function holdRows(count) {
  const bar = one("#gone");
  bar.textContent = word("gone", { n: count });
  bar.hidden = false;
}

document.addEventListener("pointerout", (event) => {
  const rows = one("#rows"), bar = one("#gone");
  if (!bar || bar.hidden || rows.contains(event.relatedTarget)) return;
  bar.hidden = true;
  refresh();
});

// One refresh at a time; what changes meanwhile is fetched by one more.
let refreshing = null;
let again = false;
function refresh() {
  if (refreshing) { again = true; return refreshing; }
  refreshing = pull().finally(() => {
    refreshing = null;
    if (again) { again = false; refresh(); }
  });
  return refreshing;
}

async function pull() {
  if (!body().refresh) return;
  const asked = body().refresh;
  const { response, page } = await fetchPage(asked);
  const fresh = one("#live-parts", page);
  if (!response.ok || !fresh || asked !== body().refresh) return;
  const before = new Set(all('[data-part="log"] > li').map((line) => line.id));
  const mine = ownCount();
  for (const part of fresh.children)
    for (const place of all(`[data-part="${part.dataset.part}"]`))
      if (!fresh.contains(place)) putPart(place, part);
  body().change = fresh.dataset.change;
  noticeNewLines(before, fresh.dataset.version);
  noticeOwnQueue(ownCount() - mine);
}

const ownCount = () => Number(one("#tab-mine data")?.value || 0);

let lastSaid = 0;
function noticeOwnQueue(added) {
  if (added <= 0 || Date.now() - lastSaid < SAY_AT_MOST_EVERY) return;
  lastSaid = Date.now();
  say(word("queue_added", { n: added }));
}

function noticeNewLines(before, version) {
  const lines = all('[data-part="log"] > li[data-from="customer"]').filter((l) => !before.has(l.id));
  if (before.size && lines.length) {
    if (document.hidden) {
      unseen += lines.length;
      document.title = word("new_messages", { n: unseen });
    }
    if (one("#reply-text")?.value.trim()) return checkGuard();
  }
  const seen = one('#reply input[name="seen"]');
  if (seen && version && !one(".guard-moved")) seen.value = version;
  body().version = version || "";
}

let unseen = 0;
let title = document.title;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) title = unseen ? title : document.title;
  else if (unseen) { document.title = title; unseen = 0; }
});

// --- live ----------------------------------------------------------------------------------------

let offlineTimer = null;
let wasOffline = false;

function connect() {
  if (!body().live) return;
  const source = new EventSource(`${body().live}?after=${body().change || 0}`);
  let soon = null;
  source.addEventListener("change", () => {
    soon ??= setTimeout(() => { soon = null; refresh(); }, REFRESH_AFTER);
  });
  source.addEventListener("bye", () => { source.close(); location.reload(); });
  source.addEventListener("open", () => online(true));
  source.addEventListener("error", () => online(false));
  setInterval(() => { if (!document.hidden) refresh(); }, REFRESH_EVERY);
}

async function online(isOn) {
  for (const sign of all(".live[data-on]")) {
    sign.hidden = false;
    sign.classList.toggle("live-on", isOn);
    sign.textContent = isOn ? sign.dataset.on : sign.dataset.off;
  }
  clearTimeout(offlineTimer);
  if (!isOn) { offlineTimer = setTimeout(() => showOffline(true), OFFLINE_AFTER); return; }
  if (!wasOffline) return;
  showOffline(false);
  const before = all('[data-part="log"] > li').length;
  await refresh();
  toast(word("restored", { n: Math.max(0, all('[data-part="log"] > li').length - before) }));
}

function showOffline(isOff) {
  wasOffline = isOff;
  const bar = one("#offline");
  if (bar) bar.hidden = !isOff;
  const send = one("#reply button[type=submit]");
  if (send) send.disabled = isOff;
}

// --- going from talk to talk without loading the frame again --------------------------------------

async function visit(url, isBack = false) {
  keepDraft();
  const { response, page } = await fetchPage(url);
  if (!response.ok || !one(".work", page) || !one(".work")) { location.assign(url); return; }
  document.body.className = page.body.className;
  for (const key of Object.keys(body())) delete body()[key];
  Object.assign(body(), page.body.dataset);
  for (const part of all(".queues [data-part], .list [data-part]", page)) {
    const place = one(`.work [data-part="${part.dataset.part}"]`);
    if (place) putPart(place, part);
  }
  one(".queues .queues-title")?.remove();
  const heading = one(".queues-title", page);
  if (heading) one(".queues").prepend(heading);
  one(".list-sort").replaceWith(one(".list-sort", page));
  one("main.talk").replaceWith(one("main.talk", page));
  one("aside.context")?.remove();
  const context = one("aside.context", page);
  if (context) one(".work").append(context);
  document.title = title = page.title;
  if (!isBack) history.pushState({}, "", response.url);
  prepareTalk();
  (one("#talk") || one("#rows"))?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.row, a.tab, a.head-back, .list-sort a");
  const isPlain = !event.defaultPrevented && event.button === 0;
  if (!link || !isPlain || event.ctrlKey || event.metaKey || event.shiftKey || !one(".work")) return;
  event.preventDefault();
  visit(link.href);
});
addEventListener("popstate", () => { if (one(".work")) visit(location.href, true); });

// --- the reply box ---------------------------------------------------------------------------------

const draftKey = () => `draft:${body().talk}`;

function keepDraft() {
  const box = one("#reply-text");
  if (!box || !body().talk) return;
  if (box.value.trim()) localStorage.setItem(draftKey(), box.value);
  else localStorage.removeItem(draftKey());
}

function prepareReply() {
  const box = one("#reply-text");
  if (!box) return;
  if (!box.value) box.value = localStorage.getItem(draftKey()) || "";
  box.addEventListener("input", () => {
    keepDraft();
    mirror([]);
    clearTimeout(prepareReply.timer);
    prepareReply.timer = setTimeout(checkGuard, GUARD_AFTER);
  });
  one("#reply").addEventListener("submit", send);
  box.addEventListener("scroll", () => { one(".reply-mirror").scrollTop = box.scrollTop; });
  if (box.value.trim()) checkGuard();
}

let guardCall = null;
async function checkGuard() {
  const form = one("#reply"), place = one('[data-part="guard"]');
  if (!form || !form.text.value.trim() || form.kind.value === "note") {
    place?.replaceChildren();
    return;
  }
  guardCall?.abort();
  guardCall = new AbortController();
  try {
    const { response, page } = await fetchPage(form.dataset.guard, {
      method: "POST", headers: PART, body: new FormData(form), signal: guardCall.signal,
    });
    if (response.ok) showGuard(page);
  } catch (error) {
    if (error.name !== "AbortError") online(false);
  }
}

function showGuard(page) {
  const place = one('[data-part="guard"]'), fresh = one("#guard", page);
  const before = one("#guard")?.dataset.state;
  place.replaceChildren(...(fresh ? [fresh] : []));
  if (fresh && before !== fresh.dataset.state) say(one(".guard-verdict", fresh).textContent);
  mirror((fresh?.dataset.spans || "").trim().split(" ").filter(Boolean));
}

// Underlines what the guard refuses; its spans count code points, strings count halves.
function mirror(spans) {
  const box = one("#reply-text"), under = one(".reply-mirror");
  if (!box || !under) return;
  const points = [...box.value];
  let at = 0;
  under.replaceChildren();
  for (const [start, end] of spans.map((span) => span.split("-").map(Number))) {
    under.append(points.slice(at, start).join(""));
    const mark = document.createElement("mark");
    mark.textContent = points.slice(start, end).join("");
    under.append(mark);
    at = end;
  }
  under.append(points.slice(at).join(""));
}

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget, button = one("button[type=submit]", form);
  if (button.disabled || !form.text.value.trim()) return;
  button.disabled = true;
  try {
    const { response, page } = await fetchPage(form.action, {
      method: "POST", headers: PART, body: new FormData(form, event.submitter),
    });
    if (response.ok) sent(form, page);
    else if (one("#guard", page)) showGuard(page);
    else online(false);
    await refresh();
  } catch {
    online(false);
  } finally {
    button.disabled = wasOffline;
  }
}

function sent(form, page) {
  form.text.value = "";
  form.kind.value = "reply";
  keepDraft();
  mirror([]);
  one('[data-part="guard"]').replaceChildren();
  const note = one(".toast", page);
  if (note) showToast(note);
  form.text.focus();
}

// What was taken back stands in the box again, before anything new that was begun there.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form.undo");
  if (!form) return;
  event.preventDefault();
  const { response, page } = await fetchPage(form.action, {
    method: "POST", headers: PART, body: new FormData(form),
  });
  const text = one("#undone", page)?.value, box = one("#reply-text");
  if (response.ok && box) {
    box.value = [text, box.value].filter(Boolean).join("\n");
    keepDraft();
    box.focus();
    checkGuard();
  } else if (one(".toast", page)) showToast(one(".toast", page));
  await refresh();
});

// Who has looked at the newest line may send again.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-look]")) return;
  event.preventDefault();
  one('#reply input[name="seen"]').value = body().version;
  one(".talk-body").scrollTop = 0;
  checkGuard();
});

// --- handing back asks in a dialogue, with the form of its own page ------------------------------------

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("#act-hand-back, a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const { response, page } = await fetchPage(link.href);
  const form = one("form.dialog-page", page);
  if (!response.ok || !form) { location.assign(link.href); return; }
  const box = document.createElement("dialog");
  box.className = "dialog";
  form.className = "";
  box.append(form);
  document.body.append(box);
  one("a.button", form).addEventListener("click", (click) => { click.preventDefault(); box.close(); });
  const back = link.checkVisibility() ? link : one("summary", link.closest("details"));
  box.addEventListener("close", () => { box.remove(); back.focus(); });
  box.showModal();
});

// --- forms of the demo and the phones ---------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-live-form]");
  if (!form) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  form.reset();
  const { status } = await fetch(form.action, { method: "POST", headers: PART, body: data });
  // The session ended meanwhile: the bare address begins a new one.
  if (status === 403) location.assign(location.pathname);
  else refresh();
});

// --- toasts and what is read aloud -------------------------------------------------------------------

function say(text) {
  const place = one("#status");
  if (place && place.textContent !== text) place.textContent = text;
}

function toast(text, act = null, does = null) {
  const note = document.createElement("div");
  note.className = "toast";
  note.role = "status";
  note.append(text);
  if (act) {
    const button = document.createElement("button");
    button.className = "button";
    button.textContent = act;
    button.addEventListener("click", () => { does(); note.remove(); });
    note.append(button);
  }
  showToast(note);
}

function showToast(note) {
  one("#toasts").replaceChildren(note);
  armToast(note);
}

function armToast(note) {
  const tick = () => {
    if (note.matches(":hover, :focus-within")) setTimeout(tick, 1000);
    else note.remove();
  };
  setTimeout(tick, TOAST_FOR);
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-close]")) event.target.closest(".toast")?.remove();
  const show = event.target.closest?.("[data-show]");
  if (show) {
    const field = document.getElementById(show.dataset.show);
    field.type = field.type === "password" ? "text" : "password";
    show.setAttribute("aria-pressed", String(field.type === "text"));
  }
  if (event.target.closest?.('[data-act="keys"]')) one("#keys")?.showModal();
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// --- keys ----------------------------------------------------------------------------------------------

function step(by) {
  const rows = all("#rows a.row");
  const here = rows.indexOf(document.activeElement?.closest?.("a.row"));
  const open = rows.findIndex((row) => row.getAttribute("aria-current"));
  const at = Math.max(0, Math.min(rows.length - 1, (here >= 0 ? here : open) + by));
  rows[at]?.focus();
}

function write(kind) {
  const form = one("#reply");
  if (!form) {
    const aside = one(".aside-note");
    if (aside && kind === "note") { aside.open = true; one("#note-text").focus(); }
    return;
  }
  const choice = one(`input[value="${kind}"]`, form);
  if (choice) choice.checked = true;
  form.text.focus();
}

const press = (id) => document.getElementById(id)?.click();
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  e: () => press("act-close"),
  s: () => press(one("#act-snooze") ? "act-snooze" : "act-wake"),
  t: () => press("act-transfer"),
  p: () => press("act-plan"),
  "/": () => press("act-templates"),
  "、": () => press("act-templates"),
  z: () => all(".undo button").at(-1)?.click(),
  q: () => press("act-next"),
  a: () => press("act-claim"),
  b: () => press("act-hand-back"),
  r: () => write("reply"),
  n: () => write("note"),
  u: () => one(".rule-new")?.scrollIntoView({ block: "center" }),
  "[": () => one(".tab[aria-current]")?.focus(),
  "]": () => {
    const pane = one("#context");
    if (pane && getComputedStyle(pane).position === "fixed" || pane?.offsetParent === null) pane.togglePopover();
    else pane?.scrollIntoView();
  },
  "?": () => one("#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "reply-text") {
    event.preventDefault();
    one("#reply").requestSubmit();
    return;
  }
  if (event.key === "Escape") {
    for (const menu of all("details.menu[open]")) menu.open = false;
    if (isTyping(event.target)) event.target.blur();
    return;
  }
  const isBusy = isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (isBusy || !act || !one(".work") || one("dialog[open]")) return;
  event.preventDefault();
  act();
});

// --- start -----------------------------------------------------------------------------------------------

function prepareTalk() {
  prepareReply();
  const flow = one(".talk-body");
  const fold = () => { const card = one("details.handoff"); if (card) card.open = false; };
  if (flow && matchMedia("(max-width: 767px)").matches) fold();
  flow?.addEventListener("wheel", () => { if (flow.scrollTop < -40) fold(); }, { passive: true });
}

function warnBeforeTheEnd() {
  if (!body().live || !body().words || body().words === "{}") return;
  let timer = null;
  const arm = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast(word("ending"), word("stay"), () => fetch(location.href)), SESSION_WARNING);
  };
  arm();
  addEventListener("pointerdown", arm);
  addEventListener("keydown", arm);
}

for (const hidden of all("[data-show], [data-act]")) hidden.hidden = false;
for (const note of all("#toasts .toast")) armToast(note);
one("[data-focus]")?.focus();
prepareTalk();
connect();
warnBeforeTheEnd();
addEventListener("pagehide", keepDraft);
