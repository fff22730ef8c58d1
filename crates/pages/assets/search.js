// Suggestions under the search field. Without this the form works as it stands; nothing here sends a form by itself.
const field = document.querySelector("input[data-suggest]");
if (field) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.role = "listbox";
  list.ariaLabel = "Suggestions";
  list.hidden = true;
  const told = document.createElement("p");
  told.className = "visually-hidden";
  told.role = "status";
  field.parentElement.append(list, told);
  field.role = "combobox";
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.ariaExpanded = "false";
  let at = -1, timer, asked = "", stop;

  const close = () => {
    list.hidden = true;
    told.textContent = "";
    at = -1;
    field.ariaExpanded = "false";
    field.removeAttribute("aria-activedescendant");
  };
  const point = to => {
    const options = [...list.children];
    at = (to + options.length + 1) % (options.length + 1);
    options.forEach((option, n) => { option.ariaSelected = String(n === at); });
    const current = options[at];
    if (current) { field.setAttribute("aria-activedescendant", current.id); current.scrollIntoView({ block: "nearest" }); }
    else field.removeAttribute("aria-activedescendant");
  };
  const show = suggestions => {
    list.replaceChildren(...suggestions.map((suggestion, n) => {
      const option = document.createElement("li");
      option.id = `suggestion-${n}`;
      option.role = "option";
      option.ariaSelected = "false";
      const kind = document.createElement("span");
      kind.textContent = suggestion.about || suggestion.kind;
      option.append(suggestion.text, " ", kind);
      option.addEventListener("mousedown", event => { event.preventDefault(); location.assign(suggestion.href); });
      option.href = suggestion.href;
      return option;
    }));
    list.hidden = suggestions.length === 0;
    told.textContent = list.hidden ? "" : suggestions.length === 1 ? "1 suggestion" : `${suggestions.length} suggestions`;
    field.ariaExpanded = String(!list.hidden);
    at = -1;
    field.removeAttribute("aria-activedescendant");
  };
  // What is typed, and what is chosen beside it.
  const query = () => String(new URLSearchParams([...new FormData(field.form)].map(([name, value]) => [name, value.trim()]).filter(pair => pair[1])));
  const ask = async () => {
    if (field.value.trim().length < 2) { asked = ""; return close(); }
    const now = query();
    if (now === asked) return;
    asked = now;
    stop?.abort();
    stop = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.suggest}?${now}`, { signal: stop.signal });
      if (answer.ok) show((await answer.json()).suggestions); else close();
    } catch { /* aborted, or offline: the form still works */ }
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", event => {
    if (list.hidden) {
      // A list that was closed comes back, as long as it is of these words.
      if (event.key !== "ArrowDown" || !list.children.length || query() !== asked) return;
      list.hidden = false;
      field.ariaExpanded = "true";
    }
    if (event.key === "ArrowDown") { event.preventDefault(); point(at + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); point(at - 1); }
    else if (event.key === "Escape") { event.preventDefault(); close(); }
    else if (event.key === "Enter" && list.children[at]) { event.preventDefault(); location.assign(list.children[at].href); }
  });
}
