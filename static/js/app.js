// Finds what the page asks for with data-module="name" and brings it to life, also after htmx swaps.
// Every page works without this; a module only makes it nicer.
const urls = JSON.parse(document.getElementById("modules").textContent);
const alive = new WeakSet();

function wake(root) {
  for (const element of root.querySelectorAll("[data-module]")) {
    if (alive.has(element)) continue;
    alive.add(element);
    for (const name of element.dataset.module.split(" ")) {
      if (urls[name]) import(urls[name]).then((module) => module.default(element));
    }
  }
}

wake(document);
document.addEventListener("htmx:load", (event) => wake(event.target.parentNode ?? document));
