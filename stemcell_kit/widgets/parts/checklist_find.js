// Finding statements: words, and what is open, critical, mine or overdue. What is found can be
// marked as not applicable together.

const FILTERS = ["all", "open", "critical", "mine", "overdue"];

function findBar(model, name, onChange) {
  const words = model.get("words");
  const search = make("input", { id: `${name}-search`, type: "search", autocomplete: "off" });
  const filter = make(
    "select",
    { id: `${name}-filter` },
    ...FILTERS.map((key) => make("option", { value: key }, words[`filter-${key}`])),
  );
  const found = make("p", { class: "soft found", role: "status" });
  search.addEventListener("input", onChange);
  filter.addEventListener("change", onChange);
  const node = make(
    "div",
    { class: "find", role: "search" },
    make("div", { class: "field" }, make("label", { for: search.id }, words.search), search),
    make("div", { class: "field" }, make("label", { for: filter.id }, words.filter), filter),
    found,
  );
  return {
    node,
    active: () => search.value.trim() !== "" || filter.value !== "all",
    items: () => {
      const sought = search.value.trim().toLocaleLowerCase().split(/\s+/);
      return model
        .get("items")
        .filter((item) => sought.every((word) => searchable(item).includes(word)))
        .filter((item) => passes(filter.value, item, model.get("state")));
    },
    say: (count) => {
      found.textContent = count === null ? "" : words.found.replace("{count}", count);
    },
  };
}

function searchable(item) {
  return [item.code, item.clause, item.statement, item.evidence, item.criterion]
    .join(" ")
    .toLocaleLowerCase();
}

function passes(filter, item, state) {
  const answer = state.answers[item.id];
  const open = !["2", "3", "n/a"].includes(answer.choice);
  switch (filter) {
    case "open":
      return open;
    case "critical":
      return item.severity === "critical";
    case "mine":
      return state.me !== "" && answer.owner.trim().toLowerCase() === state.me.toLowerCase();
    case "overdue":
      // Swedish dates are written year-month-day
      return open && answer.due !== "" && answer.due < new Date().toLocaleDateString("sv");
    default:
      return true;
  }
}

// Only statements without an answer are marked: what somebody has answered is never overwritten.
function bulkForm(model, ask, name, ids, onDone) {
  const words = model.get("words");
  const answers = model.get("state").answers;
  const open = ids.filter((id) => answers[id].choice === "");
  const reason = make("textarea", { id: `${name}-bulk-reason`, rows: "2", dir: "auto" });
  const status = make("p", { class: "status", role: "status" });
  const button = make(
    "button",
    { type: "button" },
    words["bulk-button"].replace("{count}", open.length),
  );
  button.disabled = open.length === 0;
  button.addEventListener("click", () =>
    ask({ do: "bulk", ids: open, reason: reason.value }, (answer) => {
      report(status, answer);
      if (answer.ok) onDone();
    }),
  );
  return make(
    "details",
    { class: "bulk" },
    make("summary", {}, words.bulk),
    make(
      "div",
      { class: "fields" },
      make(
        "div",
        { class: "field" },
        make("label", { for: reason.id }, words.reason),
        reason,
        make("p", { class: "hint" }, words["bulk-hint"]),
      ),
    ),
    button,
    status,
  );
}
