// SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
// SPDX-License-Identifier: GPL-3.0-or-later

// The switch of the language leads to the section that is being read. Both languages have the same anchors.
const sectionInView = () => {
  const started = [...document.querySelectorAll("article section[id]")].filter(
    (section) => section.getBoundingClientRect().top < window.innerHeight / 4,
  );
  return started.length > 1 ? `#${started[started.length - 1].id}` : "";
};

document.addEventListener("DOMContentLoaded", () => {
  const link = document.querySelector("a.language-switch");
  link.addEventListener("click", () => {
    link.href = link.href.split(/[?#]/, 1)[0] + window.location.search + sectionInView();
  });
});
