"use strict";
const filters = document.getElementById("filters");
if (filters) {
  const controls = [...filters.querySelectorAll("[data-filter]")];
  const files = [...document.querySelectorAll(".file")].map((file) => ({
    file,
    count: file.querySelector(".count"),
    findings: [...file.querySelectorAll(".finding")].map((item) => ({
      item,
      text: (file.firstElementChild.textContent + " " + item.textContent).toLowerCase(),
    })),
  }));
  const total = files.reduce((sum, { findings }) => sum + findings.length, 0);
  const update = () => {
    const wanted = Object.fromEntries(controls.map((control) => [control.dataset.filter, control.value]));
    const text = wanted.text.trim().toLowerCase();
    let shown = 0;
    for (const { file, count, findings } of files) {
      let here = 0;
      for (const { item, text: content } of findings) {
        const match = ["severity", "plugin", "rule"].every((key) => !wanted[key] || item.dataset[key] === wanted[key])
          && content.includes(text);
        item.hidden = !match;
        here += match;
      }
      file.hidden = here === 0;
      count.textContent = here;
      shown += here;
    }
    document.getElementById("shown").textContent = `${shown} / ${total}`;
    document.getElementById("none").hidden = shown > 0;
  };
  filters.hidden = false;
  filters.addEventListener("input", update);
  update();
}
