// What all pages share: making nodes, and keeping keys for them.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// A name for the ids of one page. JupyterLab may draw a widget more than once, and each drawing
// runs this script anew, so that a counter would give the same name twice.
function uniqueName(kind) {
  return `stemcell-${kind}-${Math.random().toString(36).slice(2)}`;
}

// JupyterLab's single-key commands would otherwise take the arrow keys away from the radios and
// Enter from the buttons. It looks for this mark on the focused element itself.
function keepKeys(node) {
  node.addEventListener("focusin", ({ target }) => {
    if (!target.matches("input[type=text], textarea")) {
      target.setAttribute("data-lm-suppress-shortcuts", "true");
    }
  });
}
