// The import's pages: drop a file, see it go, see values of the column chosen, watch the rows.
// Without it all of this is done by forms and links.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const LOOK_EVERY = 1_000;

// --- 1: the file --------------------------------------------------------------------------------

function prepareFile() {
  const form = one("#import-form");
  if (!form) return;
  const file = one("#file", form), place = one("#drop", form);
  one("[data-drop]", form).hidden = false;
  for (const kind of ["dragover", "dragenter"])
    place.addEventListener(kind, (event) => { event.preventDefault(); place.classList.add("drop-over"); });
  place.addEventListener("dragleave", () => place.classList.remove("drop-over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("drop-over");
    if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
    file.focus();
  });
  form.addEventListener("submit", sendFile);
}

function sendFile(event) {
  const form = event.currentTarget;
  const file = one("#file", form).files[0];
  if (!file) return;
  event.preventDefault();
  if (file.size > Number(form.dataset.largest)) return showProblem(form.dataset.tooLarge);
  const bar = one("#sending"), button = one(".button-main", form), request = new XMLHttpRequest();
  bar.hidden = false;
  button.disabled = true;
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (sent) => {
    bar.value = sent.total ? (100 * sent.loaded) / sent.total : 0;
    button.textContent = form.dataset.sending.replace("{percent}", Math.floor(bar.value));
  });
  request.addEventListener("load", () => {
    if (request.status < 400) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const told = one("#page", page);
    if (!told) return form.submit();
    one("#page").replaceWith(told);
    prepareFile();
    one("[data-focus]")?.focus();
  });
  // What the network refuses, the browser's own form tells best.
  request.addEventListener("error", () => form.submit());
  request.send(new FormData(form));
}

function showProblem(text) {
  const box = one(".errors") || document.createElement("div");
  box.className = "errors";
  box.role = "alert";
  box.tabIndex = -1;
  box.textContent = text;
  one(".wizard-head").after(box);
  box.focus();
}

// --- 2: columns -----------------------------------------------------------------------------------

function prepareColumns() {
  for (const button of all("[data-look-button]")) button.hidden = true;
  for (const select of all("select[data-column]"))
    select.addEventListener("change", () => showSamples(select));
}

function showSamples(select) {
  const place = one(`#samples-${select.id.replace("column-", "")}`);
  const option = select.selectedOptions[0];
  const values = option.dataset.samples.split("\n").filter(Boolean);
  const told = values.length || !option.value ? values : [place.dataset.none];
  place.replaceChildren(...told.map((value) => {
    const item = document.createElement("li");
    item.textContent = value;
    return item;
  }));
}

// --- 3 and 4: what runs -----------------------------------------------------------------------------

async function watch() {
  const place = one("#running");
  if (!place) return;
  try {
    const address = new URL(location.href);
    address.searchParams.set("part", "1");
    const response = await fetch(address, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = one("#running", page);
    if (!fresh) return location.reload();
    one("progress", place).replaceWith(one("progress", fresh));
    one(".running-figure", place).replaceWith(one(".running-figure", fresh));
    one(".running-note", place).replaceWith(one(".running-note", fresh));
  } catch {
    // The line is away for a moment; the next look finds it again.
  }
  setTimeout(watch, LOOK_EVERY);
}

prepareFile();
prepareColumns();
setTimeout(watch, LOOK_EVERY);
