// Adds the tools that need a script: copy the link, print. The page is whole without it.
const tools = document.querySelector("[data-tools]");

function tool(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.addEventListener("click", () => act(button));
  tools.append(button);
}

if (tools) {
  const canonical = document.querySelector('link[rel="canonical"]')?.href ?? location.href;
  if (navigator.clipboard) {
    tools.setAttribute("aria-live", "polite");
    tool("Copy link", async (button) => {
      try {
        await navigator.clipboard.writeText(canonical);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Could not copy";
      }
    });
  }
  tool("Print", () => window.print());
}
