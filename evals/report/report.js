"use strict";
(() => {
  const controls = document.getElementById("controls");
  const rows = [...document.querySelectorAll("#questions tbody tr")];
  if (!controls || !rows.length) return;
  const [text, type, state, count] = ["find", "type", "state", "count"].map((id) => document.getElementById(id));
  const show = () => {
    const words = text.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = (!type.value || row.dataset.type === type.value)
        && (!state.value || row.dataset.state.split(" ").includes(state.value))
        && row.textContent.toLowerCase().includes(words);
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = `${shown} of ${rows.length} shown`;
  };
  for (const control of [text, type, state]) control.addEventListener("input", show);
  controls.hidden = false;
  show();
})();
