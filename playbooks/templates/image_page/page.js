// SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
// SPDX-License-Identifier: GPL-3.0-or-later

// Sorts, filters and copies the images. The rows of the table are those of the page: this script moves them, and never
// makes markup from a value.
"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const element = (id) => document.getElementById(id);
  const { images } = read("content");
  const { labels, choices } = read("settings");

  // So many rows are added to the table at once. A table of thousands is slow.
  const CHUNK = 100;
  const DEBOUNCE_MS = 150;

  const table = element("images");
  const body = table.tBodies[0];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const entries = [...body.rows].map((row, index) => ({
    row,
    image: images[index],
    text: fold(row.textContent),
    time: row.querySelector("time")?.dateTime ?? null,
    isNew: row.querySelector("mark") !== null,
  }));
  let ordered = entries;
  let matching = entries;

  // ---- copying

  const yamlString = (text) =>
    JSON.stringify(text).replace(/[^ -~]/gu, (char) => `\\U${char.codePointAt(0).toString(16).padStart(8, "0")}`);
  // Ansible must not render an ID that contains a template.
  const yamlValue = (text) => (/^[\w.-]+$/.test(text) ? `"${text}"` : `!unsafe ${yamlString(text)}`);

  function taskOf({ row, image }) {
    const options = { region: image.region, image_id: image.id };
    if (image.image_type !== "gold") options.project_id = image.project_id;
    return [
      `# ${row.querySelector("bdi").textContent}`,
      "- name: Find the image",
      "  huaweicloud.workspace.workspace_image_info:",
      ...Object.entries(options)
        .filter(([, value]) => value)
        .map(([name, value]) => `    ${name}: ${yamlValue(value)}`),
      "  register: found",
      "",
    ].join("\n");
  }

  async function copy(text, success) {
    const copied = element("copied");
    copied.textContent = "";
    let done;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      done = copyBySelection(text);
    }
    copied.textContent = done ? success : labels.copy_failed;
    copied.classList.add("shown");
    clearTimeout(copy.timer);
    copy.timer = setTimeout(() => copied.classList.remove("shown"), 3000);
  }

  // Pages without https have no clipboard API.
  function copyBySelection(text) {
    const focused = document.activeElement;
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "off-screen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }

  function addButtons(entry) {
    const { row, image } = entry;
    if (row.dataset.ready) return row;
    row.dataset.ready = "true";
    const cell = row.insertCell();
    const name = row.querySelector("bdi").textContent;
    for (const [label, success, text] of [
      [labels.copy_id, labels.copied_id, () => image.id],
      [labels.copy_task, labels.copied_task, () => taskOf(entry)],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.setAttribute("aria-label", `${label}: ${name}`);
      button.addEventListener("click", () => copy(text(), success));
      cell.append(button);
    }
    return row;
  }

  // ---- showing

  const more = element("more");

  function showMore(count = CHUNK) {
    const start = body.rows.length;
    body.append(...matching.slice(start, start + count).map(addButtons));
    more.hidden = body.rows.length === matching.length;
    return body.rows[start];
  }

  function show() {
    body.replaceChildren();
    showMore();
    element("no-match").hidden = matching.length > 0;
    const count = labels.shown.replace("{shown}", matching.length).replace("{total}", entries.length);
    if (element("count").textContent !== count) element("count").textContent = count;
  }

  more.addEventListener("click", () => showMore()?.querySelector("button").focus());
  new IntersectionObserver(([seen]) => seen.isIntersecting && !more.hidden && showMore(), {
    rootMargin: "800px",
  }).observe(more.parentElement);
  addEventListener("beforeprint", () => showMore(matching.length));

  // ---- filters

  const controls = element("controls");
  const selects = [...controls.querySelectorAll("select")];

  function filter() {
    const words = fold(element("search").value).split(/\s+/).filter(Boolean);
    const expected = selects
      .filter((select) => select.value !== "")
      .map((select) => [select.dataset.field, choices[select.dataset.field][Number(select.value)]]);
    const disk = element("fits-disk").valueAsNumber;
    const newOnly = element("new-only")?.checked;
    matching = ordered.filter(
      ({ image, text, isNew }) =>
        words.every((word) => text.includes(word)) &&
        expected.every(([field, value]) => (image[field] || null) === value) &&
        (Number.isNaN(disk) || (image.min_disk !== null && image.min_disk <= disk)) &&
        (!newOnly || isNew),
    );
    show();
  }

  let timer;
  controls.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, DEBOUNCE_MS);
  });
  controls.addEventListener("reset", () => setTimeout(filter));
  controls.addEventListener("submit", (event) => event.preventDefault());

  const wide = matchMedia("(min-width: 40rem)");
  const unfold = () => (element("filters").open = wide.matches);
  wide.addEventListener("change", unfold);
  unfold();

  // ---- sorting

  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const compare = (one, other) => (typeof one === "number" ? one - other : collator.compare(one, other));

  function keyOf({ image, time }, column) {
    if (column === "created_at") return time;
    if (column === "os_type") return [image.os_type, image.os_version].filter(Boolean).join(" ") || null;
    return image[column] === "" ? null : image[column];
  }

  function sort(column, direction) {
    const keyed = entries.map((entry) => [keyOf(entry, column), entry]);
    keyed.sort(([one], [other]) => {
      if (one === null || other === null) return (one === null) - (other === null);
      return direction * compare(one, other);
    });
    ordered = keyed.map(([, entry]) => entry);
    filter();
  }

  const headings = [...table.tHead.rows[0].cells];
  for (const heading of headings) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const ascending = heading.ariaSort !== "ascending";
      for (const other of headings) other.ariaSort = null;
      heading.ariaSort = ascending ? "ascending" : "descending";
      sort(heading.dataset.column, ascending ? 1 : -1);
    });
  }
  const last = document.createElement("th");
  last.scope = "col";
  last.textContent = labels.copy;
  table.tHead.rows[0].append(last);

  element("needs-script").remove();
  controls.hidden = false;
  show();
  element("list").classList.add("ready");
})();
