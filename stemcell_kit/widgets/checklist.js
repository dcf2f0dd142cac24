// The page of a checklist. It asks Python to save and shows what Python answers.

// so many statements are drawn at once; a button brings the next ones
const BATCH = 25;

function render({ model, el }) {
  const words = model.get("words");
  const topics = model.get("topics");
  const { ask, stop } = courier(model);
  const name = uniqueName("checklist");
  let current = topics[0].id;

  const page = make("section", { "aria-labelledby": `${name}-topic` });
  const head = header(model, ask, name);
  const list = topicList(model, name, (topic) => show(topic, true));
  const find = findBar(model, name, () => (find.active() ? showFound() : show(current, false)));

  const draw = (item) => card(model, ask, item, `${name}-${item.code}`);

  function showFound() {
    const items = find.items();
    const title = make("h3", { id: `${name}-topic`, tabindex: "-1" }, words["found-title"]);
    const cards = make("ol", { class: "cards" }, ...items.slice(0, BATCH).map(draw));
    const more = make("button", { type: "button" }, words["show-more"]);
    more.hidden = items.length <= BATCH;
    more.addEventListener("click", () => {
      const shown = cards.childElementCount;
      cards.append(...items.slice(shown, shown + BATCH).map(draw));
      more.hidden = cards.childElementCount >= items.length;
      cards.children[shown].querySelector("input").focus();
    });
    const ids = items.map((item) => item.id);
    const bulk = items.length ? bulkForm(model, ask, name, ids, showFound) : "";
    find.say(items.length);
    list.refresh(null);
    page.replaceChildren(title, bulk, cards, make("div", { class: "steps" }, more));
  }

  function show(topic, moved) {
    current = topic;
    find.say(null);
    const place = topics.findIndex(({ id }) => id === topic);
    const title = make("h3", { id: `${name}-topic`, tabindex: "-1" }, topics[place].title);
    const items = model.get("items").filter((item) => item.topic === topic);
    const cards = items.map(draw);
    const steps = [
      [topics[place - 1], words["previous-topic"]],
      [topics[place + 1], words["next-topic"]],
    ].map(([next, label]) => {
      if (!next) return "";
      const button = make("button", { type: "button" }, `${label}: ${next.title}`);
      button.addEventListener("click", () => show(next.id, true));
      return button;
    });
    page.replaceChildren(
      title,
      bulkForm(
        model,
        ask,
        name,
        items.map((item) => item.id),
        () => show(topic, true),
      ),
      make("ol", { class: "cards" }, ...cards),
      make("div", { class: "steps" }, ...steps),
    );
    list.refresh(current);
    if (moved) {
      title.focus({ preventScroll: true });
      title.scrollIntoView({ block: "nearest" });
    }
  }
  const refresh = () => {
    head.refresh();
    list.refresh(find.active() ? null : current);
  };

  const node = make(
    "div",
    { class: "stemcell-checklist" },
    head.node,
    find.node,
    make("div", { class: "body" }, topics.length > 1 ? list.node : "", page),
  );
  keepKeys(node);
  model.on("change:state", refresh);
  show(current, false);
  refresh();
  el.append(node);
  // another checklist may have answered a shared statement since this one was made
  const before = JSON.stringify(model.get("state").answers);
  ask({ do: "refresh" }, (answer) => {
    const changed = JSON.stringify(model.get("state").answers) !== before;
    if (answer.ok && changed && !node.contains(document.activeElement)) show(current, false);
  });
  return () => {
    model.off("change:state", refresh);
    stop();
  };
}

export default { render };
