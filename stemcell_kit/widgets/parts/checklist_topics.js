// The topics of a checklist, with how much of each is answered.

function topicList(model, name, onChoice) {
  const words = model.get("words");
  const buttons = model.get("topics").map((topic) => {
    const button = make("button", { type: "button" });
    button.addEventListener("click", () => onChoice(topic.id));
    return { topic, button };
  });
  const list = make("ul", {}, ...buttons.map(({ button }) => make("li", {}, button)));
  const node = make("nav", { "aria-label": words.topics }, list);
  const refresh = (current) => {
    for (const { topic, button } of buttons) {
      const state = model.get("state").topics[topic.id];
      if (topic.id === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.classList.toggle("complete", state.complete);
      button.replaceChildren(
        make("span", {}, topic.title),
        make("span", { class: "count", "aria-hidden": "true" }, state.count),
        make("span", { class: "spoken" }, `, ${state.spoken}`),
      );
    }
  };
  return { node, refresh };
}
